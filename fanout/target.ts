import { groupBy } from './groupBy.ts';
import type { Reading } from './reading.ts';

/** What a viewer subscribes to: exactly one of a device, a region, a device type. */
export type Target = { device: string } | { region: string } | { type: string };

export type TargetKind = 'device' | 'region' | 'type';

/** A target as one string, `device#kettle-1`: the partition key of the Subscriptions table. Names hold no `#`. */
export type TargetKey = `${TargetKind}#${string}`;

/** The kind and the name of a target, e.g. `['region', 'eu-west']`. */
export const partsOf = (target: Target): [TargetKind, string] => {
  if ('device' in target) return ['device', target.device];
  if ('region' in target) return ['region', target.region];
  return ['type', target.type];
};

/** A device as targets see it. */
export type Who = {
  readonly deviceId: string;
  readonly region?: string;
  readonly deviceType?: string | undefined;
};

/** Whether a target is about this device. */
export const isAbout = (target: Target, { deviceId, region, deviceType }: Who): boolean => {
  const [kind, name] = partsOf(target);
  return name === { device: deviceId, region, type: deviceType }[kind];
};

export const keyOf = (target: Target): TargetKey => {
  const [kind, name] = partsOf(target);
  return `${kind}#${name}`;
};

/** The target a key was made from. */
export const targetOf = (key: TargetKey): Target => {
  const at = key.indexOf('#');
  const name = key.slice(at + 1);
  switch (key.slice(0, at) as TargetKind) {
    case 'device':
      return { device: name };
    case 'region':
      return { region: name };
    case 'type':
      return { type: name };
  }
};

/** The keys under which subscriptions to this reading are found: its device, its region and, if it has one, its type. */
export const keysOf = ({ deviceId, region, deviceType }: Reading): TargetKey[] => [
  `device#${deviceId}`,
  `region#${region}`,
  ...(deviceType === undefined ? [] : [`type#${deviceType}` as const]),
];

/** Rows by their connection, so that overlapping subscriptions bring a reading once. No group is empty. */
export const byConnection = <Row extends { readonly connectionId: string }>(
  rows: readonly Row[],
): Map<string, Row[]> => groupBy(rows, ({ connectionId }) => connectionId);
