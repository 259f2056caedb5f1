import type { Health } from '../view/view.ts';
import type { Device } from './device.ts';

/** A region at a glance. */
export type Region = { readonly name: string; readonly total: number } & Readonly<Record<Health, number>>;

/** Every region that has devices, by name. */
export const regionsOf = (devices: readonly Device[], healthOf: (device: Device) => Health): Region[] => {
  const counts = new Map<string, Record<Health, number>>();
  for (const device of devices) {
    const { region } = device.latest;
    let count = counts.get(region);
    if (count === undefined) counts.set(region, (count = { fresh: 0, stale: 0, offline: 0 }));
    count[healthOf(device)] += 1;
  }
  return [...counts]
    .map(([name, count]) => ({ name, ...count, total: count.fresh + count.stale + count.offline }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};
