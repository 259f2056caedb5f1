import { language } from '../language.ts';
import type { Health, Sort } from '../view/view.ts';
import type { Device } from './device.ts';

/** Comparing by the reader's collation is slow; one that is made once is not. */
const collator = new Intl.Collator(language, { numeric: true });
const byName = (a: Device, b: Device): number => collator.compare(a.id, b.id);

const badness: Readonly<Record<Health, number>> = { offline: 0, stale: 1, fresh: 2 };

/** Before the name of a region, whole: `region:eu-west`. */
export const regionPrefix = 'region:';

const matches = ({ id, latest: { region, deviceType } }: Device, words: readonly string[]): boolean => {
  const text = `${id} ${region} ${deviceType ?? ''}`.toLowerCase();
  return words.every((word) =>
    word.startsWith(regionPrefix)
      ? region.toLowerCase() === word.slice(regionPrefix.length)
      : text.includes(word),
  );
};

const orderOf = (sort: Sort, healthOf: (device: Device) => Health) => {
  switch (sort) {
    case 'name':
      return byName;
    case 'region':
      return (a: Device, b: Device) => collator.compare(a.latest.region, b.latest.region) || byName(a, b);
    case 'type':
      return (a: Device, b: Device) =>
        collator.compare(a.latest.deviceType ?? '', b.latest.deviceType ?? '') || byName(a, b);
    case 'trouble':
      return (a: Device, b: Device) => badness[healthOf(a)] - badness[healthOf(b)] || byName(a, b);
  }
};

/** The devices that are asked for, in the order that is asked for. */
export const listed = (
  devices: readonly Device[],
  { find, only, sort }: { find: string; only: Health | undefined; sort: Sort },
  healthOf: (device: Device) => Health,
): Device[] => {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return devices
    .filter((device) => matches(device, words) && (only === undefined || healthOf(device) === only))
    .sort(orderOf(sort, healthOf));
};
