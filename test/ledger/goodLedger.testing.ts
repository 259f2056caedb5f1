import { seeded, type Below } from '../../fanout/seeded.testing.ts';
import { isTargetOf, mayHave, wants } from '../../devices/ledger/entitled.ts';
import {
  type Device,
  type Entries,
  type Hop,
  type Ledger,
  type Scene,
  type Told,
  type Viewer,
} from '../../devices/ledger/entries.ts';
import { shaOf } from '../../devices/ledger/stamp.ts';

const deviceType = 'counter';
const devices: Device[] = [
  { deviceId: 'd0', region: 'open', deviceType },
  { deviceId: 'd1', region: 'open', deviceType },
  { deviceId: 'v0', region: 'vault', deviceType },
  { deviceId: 'u0', region: 'open', deviceType, uncounted: true },
  { deviceId: 'g0', region: 'open', deviceType, uncounted: true },
];
const grants = ['region:open'];
const to = { region: 'open' };

/** One viewer of each sort. */
const viewers: Viewer[] = [
  { viewer: 'plain', grants, subscriptions: [{ id: 's1', to }] },
  { viewer: 'by-type', grants, subscriptions: [{ id: 's1', to: { type: deviceType } }] },
  {
    viewer: 'where',
    grants,
    subscriptions: [{ id: 's1', to, where: [{ field: 'value', op: '>=', value: 500 }] }],
  },
  { viewer: 'paced', grants, subscriptions: [{ id: 's1', to, maxRate: 1 }] },
  {
    viewer: 'overlapping',
    grants: ['*'],
    subscriptions: [
      { id: 's1', to },
      { id: 's2', to: { device: 'd0' }, maxRate: 1 },
    ],
  },
  { viewer: 'foreign', grants, subscriptions: [{ id: 's1', to }], foreign: true },
];
export const scene: Scene = { devices, viewers };

/** Of every so many readings it gives one up, before it is published. */
const givesUp = { deviceId: 'g0', oneIn: 5 };

type Attempted = Entries['attempted'];
/** Of a counter. */
export const valueOf = ({ data }: Pick<Attempted, 'data'>): number => Number(data['value']);
export type Draft = { [H in Hop]: Entries[H][] };

const ticks = 60;
/** So long that the whole is longer than a reading may be under way into a fold. */
export const tickMs = 800;
/** Until then subscriptions catch up. */
const liveAt = 3.5 * tickMs;
const bootAtTick = 25;
/** Of this device, so many readings were too long ago when the plain viewer came back. */
export const expired = { viewer: 'plain', deviceId: 'd1', from: 14, to: 16 };

const readingAt = (below: Below, device: Device, tick: number, random: number): Attempted => {
  const { uncounted, ...who } = device;
  const at = tick * tickMs + random;
  const boot = tick < bootAtTick ? 1 : 2;
  const counted = { boot, seq: boot === 1 ? tick : tick - bootAtTick };
  const said = {
    ...who,
    ...(uncounted === true ? { boot: 0, seq: at } : counted),
    data: { value: below(1_000) },
  };
  return { at, ...said, sha: shaOf(said) };
};

/** How a reading may come to a viewer without anything being wrong. */
type Way = 'at once' | 'twice' | 'late' | 'looked up';
const ways: readonly Way[] = ['at once', 'at once', 'at once', 'at once', 'twice', 'late', 'looked up'];

/** Writes down how one viewer had the readings of one device. */
const watch = (draft: Draft, below: Below, viewer: Viewer, readings: readonly Attempted[]): void => {
  const name = viewer.viewer;
  const come = (
    reading: Attempted,
    at: number,
    more: { fold?: number[]; way?: Way; isNewest?: boolean } = {},
  ): void => {
    const { deviceId, boot, seq, sha } = reading;
    const { fold: values = [], way = 'at once' } = more;
    const count = values.length;
    const fold = { count, min: { value: Math.min(...values) }, max: { value: Math.max(...values) } };
    const seen = { deviceId, boot, seq, sha, ...(count > 1 ? { fold } : {}) };
    const frame = way === 'looked up' ? 'history' : 'sensor_update';
    for (const again of way === 'twice' ? [0, 20] : [0]) {
      draft.posted.push({ at: at + again + 4, ...seen, connectionId: `c-${name}`, status: 200 });
      draft.received.push({ at: at + again + 5, ...seen, viewer: name, frame });
    }
    if (viewer.foreign === true) return;
    const late = way === 'late' || way === 'looked up';
    const source = way === 'looked up' ? 'replay' : 'live';
    draft.applied.push({ at: at + 6, ...seen, viewer: name, source, ...(late ? { late } : {}) });
  };

  const isPlainHere = viewer.subscriptions.some(
    ({ where, maxRate }) => where === undefined && maxRate === undefined,
  );
  let pending: Attempted[] = [];
  const paced = (reading: Attempted, isLast: boolean): void => {
    pending.push(reading);
    if (pending.length < 4 && !isLast) return;
    come(reading, reading.at, { fold: pending.map(valueOf) });
    pending = [];
  };
  readings.forEach((reading, n) => {
    const { deviceId, boot, seq, at } = reading;
    if (!viewer.subscriptions.some((one) => isTargetOf(one.to, reading) && wants(one, reading.data))) return;
    const isLast = n === readings.length - 1 || n === readings.length - 2;
    const isExpired = name === expired.viewer && deviceId === expired.deviceId && boot === 1;
    if (isExpired && seq >= expired.from && seq <= expired.to) return;
    if (!isPlainHere && viewer.subscriptions.some(({ maxRate }) => maxRate !== undefined)) {
      paced(reading, n === readings.length - 1);
      return;
    }
    const isAround = isExpired && seq >= expired.from - 2 && seq <= expired.to + 2;
    const way =
      at < liveAt + 2 * tickMs || isLast || isAround || seq < 2
        ? 'at once'
        : (ways[below(ways.length)] ?? 'at once');
    if (way === 'at once' || way === 'twice') {
      come(reading, at, { way });
      return;
    }
    // After the next one of its device, and before the one after that.
    come(reading, at + 1.5 * tickMs, { way });
    // Nobody can see a jump of one that does not count.
    if (!isPlainHere || viewer.foreign === true || boot === 0) return;
    const gap = { deviceId, boot, from: seq, to: seq, viewer: name };
    draft.told.push({ at: at + 1.3 * tickMs, what: 'gap', ...gap });
    if (way === 'looked up') draft.told.push({ at: at + 1.5 * tickMs + 7, what: 'filled', ...gap });
  });
};

const tellingsOf = ({ viewer, subscriptions, foreign }: Viewer): Told[] => {
  const lives = subscriptions.map(({ id }): Told => ({ at: liveAt, viewer, what: 'live', id }));
  const at = expired.to * tickMs + 150;
  const resumed: Told[] =
    viewer === expired.viewer
      ? [
          { at: expired.from * tickMs - 90, viewer, what: 'cut' },
          { at: at - 10, viewer, what: 'connected', connectionId: `c-${viewer}` },
          { at, viewer, what: 'resumed', id: 's1', recovered: false },
          { at, viewer, what: 'live', id: 's1' },
        ]
      : [];
  return [
    { at: 1, viewer, what: 'connected', connectionId: `c-${viewer}` },
    ...(foreign === true ? [] : [...lives, ...resumed]),
    { at: (ticks + 10) * tickMs, viewer, what: 'closed' },
  ];
};

const inOrder = <T extends { at: number }>(entries: readonly T[]): T[] =>
  [...entries].sort((a, b) => a.at - b.at);

/** A ledger in which nothing is wrong, though much happened: the same for the same seed. */
export const goodLedger = (seed: number): Ledger => {
  const below = seeded(seed);
  const draft: Draft = {
    ...{ attempted: [], acknowledged: [], discarded: [], published: [], posted: [] },
    ...{ received: [], applied: [], told: [], faulted: [] },
  };
  for (const device of devices) {
    const readings = Array.from({ length: ticks }, (_, tick) => readingAt(below, device, tick, below(20)));
    draft.attempted.push(...readings);
    const isGivenUp = (n: number): boolean =>
      device.deviceId === givesUp.deviceId && n % givesUp.oneIn === givesUp.oneIn - 1;
    for (const { at, deviceId, boot, seq } of readings.filter((_, n) => isGivenUp(n)))
      draft.discarded.push({ at: at + 10, deviceId, boot, seq, why: 'dropped' });
    const published = readings.filter((_, n) => !isGivenUp(n));
    for (const { at, deviceId, boot, seq, sha } of published)
      for (const again of below(10) === 0 ? [0, 50] : [0]) {
        draft.published.push({ at: at + again + 2, deviceId, boot, seq, sha });
        if (again === 0) draft.acknowledged.push({ at: at + 3, deviceId, boot, seq });
      }
    for (const viewer of viewers) if (mayHave(viewer, device)) watch(draft, below, viewer, published);
  }
  draft.told.push(...viewers.flatMap(tellingsOf));
  draft.faulted.push({
    at: 100,
    period: 1,
    injected: 3,
    kind: 'connections.error',
    setting: { probability: 0.5 },
  });
  return {
    attempted: inOrder(draft.attempted),
    acknowledged: inOrder(draft.acknowledged),
    discarded: inOrder(draft.discarded),
    published: inOrder(draft.published),
    posted: inOrder(draft.posted),
    received: inOrder(draft.received),
    applied: inOrder(draft.applied),
    told: inOrder(draft.told),
    faulted: inOrder(draft.faulted),
    scene,
    torn: [],
  };
};
