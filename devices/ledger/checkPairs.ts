import { isUnseen, type Attempted, type Index, type ViewerIndex } from './checkIndex.ts';
import { isTargetOf, mayHave, wants } from './entitled.ts';
import { foldedBy } from './checkFolds.ts';
import { keyOf, type Hop, type SubscriptionSpec } from './entries.ts';
import type { Class, Finding } from './verdict.ts';

/** A reading that a viewer is entitled to, and what became of it. */
export type Pair = { readonly viewer: string; readonly reading: Attempted; readonly became: Class };

/**
 * The subscriptions by which the viewer is entitled to a reading: those that were live before the device began to publish
 * it. They stay so over reconnects, until the viewer leaves.
 */
const entitling = ({ viewer, liveAt }: ViewerIndex, reading: Attempted): SubscriptionSpec[] =>
  mayHave(viewer, reading)
    ? viewer.subscriptions.filter(
        ({ id, to }) => isTargetOf(to, reading) && (liveAt.get(id) ?? Infinity) <= reading.at,
      )
    : [];

/** When the viewer last had something of the device before `at`, epoch ms. */
const lastHeard = ({ received }: ViewerIndex, deviceId: string, at: number): number => {
  let last = 0;
  for (const [key, then] of received)
    if (key.startsWith(`${deviceId} `) && then < at) last = Math.max(last, then);
  return last;
};

/**
 * Whether one of the subscriptions was told that what it missed cannot be had, when this reading was among it: published
 * after the last one of its device that came on the connection before.
 */
const isExpired = (
  viewer: ViewerIndex,
  subscriptions: readonly SubscriptionSpec[],
  { deviceId, at }: Attempted,
): boolean => {
  let connectedAt = 0;
  return viewer.told.some((one) => {
    if (one.what === 'connected') connectedAt = one.at;
    if (one.what !== 'resumed' || one.recovered || one.at < at) return false;
    return subscriptions.some(({ id }) => id === one.id) && at > lastHeard(viewer, deviceId, connectedAt);
  });
};

/** Of each reading of one device that one viewer is entitled to. */
const pairsOf = (
  index: Index,
  viewer: ViewerIndex,
  readings: readonly Attempted[],
): { pairs: Pair[]; overcounted: number } => {
  const { folded, overcounted } = foldedBy(index, viewer, readings);
  const pairs = readings.flatMap((reading): Pair[] => {
    const subscriptions = entitling(viewer, reading);
    if (subscriptions.length === 0) return [];
    const key = keyOf(reading);
    const wanting = subscriptions.filter((subscription) => wants(subscription, reading.data));
    const applied = viewer.appliedFirst.get(key);
    const became = ((): Class => {
      if (wanting.length === 0) return 'filtered';
      if (applied !== undefined)
        return applied.source === 'replay' || applied.late === true ? 'backFilled' : 'delivered';
      if (folded.has(key) && wanting.every(({ maxRate }) => maxRate !== undefined)) return 'folded';
      if (!index.acknowledged.has(key)) return 'throttled';
      return isExpired(viewer, wanting, reading) ? 'expired' : 'lost';
    })();
    return [{ viewer: viewer.viewer.viewer, reading, became }];
  });
  return { pairs, overcounted };
};

const firstWithout = (index: Index, viewer: ViewerIndex, key: string): Hop => {
  if (!index.published.has(key)) return 'published';
  if (!isUnseen(index.ledger, 'posted') && !viewer.posted.has(key)) return 'posted';
  return viewer.received.has(key) ? 'applied' : 'received';
};

const had = ({ became }: Pair): boolean =>
  became === 'delivered' || became === 'backFilled' || became === 'folded';

const lossesIn = (index: Index, viewer: ViewerIndex, pairs: readonly Pair[]): Finding[] => {
  const first = pairs.findIndex(had);
  const last = pairs.findLastIndex(had);
  return pairs.flatMap(({ reading, became }, n): Finding[] => {
    if (became !== 'lost') return [];
    const { deviceId, boot, seq } = reading;
    return [
      {
        category: 'lost',
        hop: firstWithout(index, viewer, keyOf(reading)),
        viewer: viewer.viewer.viewer,
        name: { deviceId, boot, seq },
        part: first < 0 || n < first ? 'prefix' : n > last ? 'postfix' : 'middle',
      },
    ];
  });
};

/** I1: what became of every pair of a reading and an entitled viewer, and which are lost. */
export const checkPairs = (index: Index): { pairs: Pair[]; findings: Finding[]; overcounted: number } => {
  const promised = index.viewers.filter(({ viewer }) => viewer.foreign !== true);
  const streams = promised.flatMap((viewer) =>
    [...index.byDevice.values()].map((readings) => {
      const { pairs, overcounted } = pairsOf(index, viewer, readings);
      return { pairs, overcounted, findings: lossesIn(index, viewer, pairs) };
    }),
  );
  return {
    pairs: streams.flatMap(({ pairs }) => pairs),
    findings: streams.flatMap(({ findings }) => findings),
    overcounted: streams.reduce((sum, { overcounted }) => sum + overcounted, 0),
  };
};
