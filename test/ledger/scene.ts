import type { Device, Scene, Viewer } from '../../devices/ledger/entries.ts';

const deviceType = 'counter';
const [a, b, vault] = ['open-a', 'open-b', 'vault'];
const regions = [a, b, a, b, vault] as const;
const open = ['region:open-*'];
/** Watched by one who is often cut off, and by one with a `where`: neither can see by a jump that something is missing. */
const uncounted = `${b}-0`;

/** Of every sort one, before there are two of any. */
const sorts: readonly Omit<Viewer, 'viewer'>[] = [
  { grants: open, subscriptions: [{ id: 's1', to: { region: a } }] },
  // Subscribes to more than it may see: the vault's readings but for those of one device.
  {
    grants: [`region:${a}`, 'device:vault-0'],
    subscriptions: [
      { id: 's1', to: { type: deviceType } },
      { id: 's2', to: { region: vault } },
    ],
  },
  { grants: open, subscriptions: [{ id: 's1', to: { region: a }, maxRate: 2 }] },
  { grants: open, cutEveryMs: 7_000, subscriptions: [{ id: 's1', to: { region: b } }] },
  { grants: open, foreign: true, subscriptions: [{ id: 's1', to: { region: a } }] },
  {
    grants: open,
    subscriptions: [{ id: 's1', to: { region: b }, where: [{ field: 'value', op: '>=', value: 500 }] }],
  },
  {
    grants: open,
    subscriptions: [
      { id: 's1', to: { region: a } },
      { id: 's2', to: { device: `${a}-0` }, maxRate: 1 },
      { id: 's3', to: { type: deviceType }, where: [{ field: 'value', op: '<', value: 250 }] },
    ],
  },
  {
    grants: open,
    cutEveryMs: 11_000,
    subscriptions: [
      { id: 's1', to: { region: a }, where: [{ field: 'value', op: '<', value: 700 }], maxRate: 1 },
    ],
  },
];

/** Devices in two regions that most may see and one that few may, one of which does not count, and viewers of every sort. */
export const sceneOf = (size: { devices: number; viewers: number }): Scene => {
  const counts = new Map<string, number>();
  const devices = Array.from({ length: size.devices }, (_, n): Device => {
    const region = regions[n % regions.length] ?? a;
    const nth = counts.get(region) ?? 0;
    counts.set(region, nth + 1);
    const deviceId = `${region}-${nth}`;
    return { deviceId, region, deviceType, ...(deviceId === uncounted ? { uncounted: true as const } : {}) };
  });
  const viewers = Array.from({ length: size.viewers }, (_, n): Viewer => {
    const sort = sorts[n % sorts.length] as (typeof sorts)[number]; // There are some.
    return { viewer: `viewer-${n}`, ...sort };
  });
  return { devices, viewers };
};
