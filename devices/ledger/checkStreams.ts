import { afterLive, awaysOf } from './away.ts';
import { byAge, deviceOf, groupBy, type Applied, type Index, type ViewerIndex } from './checkIndex.ts';
import { isPlain, isTargetOf, mayHave } from './entitled.ts';
import { keyOf, type Name } from './entries.ts';
import type { Finding } from './verdict.ts';

const nameOf = ({ deviceId, boot, seq }: Name): Name => ({ deviceId, boot, seq });

/**
 * I2: a reading handed out again. One that stands for more readings than it did before is news. What a device that does not
 * count publishes twice, since it missed a PUBACK, are two readings: nothing but the time of arrival could tell.
 */
const duplicatesIn = (index: Index, viewer: string, applied: readonly Applied[]): Finding[] => {
  const counts = new Map<string, number>();
  const published = groupBy(
    isUncounted(index, applied) ? index.ledger.published.filter(isOf(applied)) : [],
    keyOf,
  );
  const times = new Map<string, number>();
  return applied.flatMap((one): Finding[] => {
    const time = (times.get(keyOf(one)) ?? 0) + 1;
    times.set(keyOf(one), time);
    if (time > 1 && time <= (published.get(keyOf(one))?.length ?? 1)) return [];
    const count = one.fold?.count ?? 1;
    const before = counts.get(keyOf(one)) ?? 0;
    counts.set(keyOf(one), Math.max(count, before));
    return before < count ? [] : [{ category: 'duplicate', hop: 'applied', viewer, name: nameOf(one) }];
  });
};

const isOf =
  ([first]: readonly Name[]) =>
  ({ deviceId }: Name): boolean =>
    deviceId === first?.deviceId;

const isUncounted = (index: Index, [first]: readonly Name[]): boolean =>
  first !== undefined && deviceOf(index, first.deviceId)?.uncounted === true;

/** I3: a reading handed out after a newer one of its device that does not say so. */
const disorderIn = (viewer: string, applied: readonly Applied[]): Finding[] => {
  let newest: Applied | undefined;
  return applied.flatMap((one): Finding[] => {
    const isOlder = newest !== undefined && byAge(one, newest) < 0;
    if (!isOlder) newest = one;
    return isOlder && one.late !== true
      ? [{ category: 'disorder', hop: 'applied', viewer, name: nameOf(one) }]
      : [];
  });
};

/** What the client waits before it tells, and what it may take until then, ms. */
const tellWithinMs = 2_300;

/**
 * I8: what is missing between two readings that were handed out, and was not told as a gap, nor came, within 2.3 s of being live
 * since the later one. From the first one handed out on that was published when a subscription without `where` and `maxRate`
 * was live: others leave out on purpose, and before the first of a device nobody can know what is missing.
 */
const silentGapsIn = (index: Index, viewer: ViewerIndex, applied: readonly Applied[]): Finding[] => {
  const [device] = index.byDevice.get(applied[0]?.deviceId ?? '') ?? [];
  if (device === undefined || isUncounted(index, applied) || !mayHave(viewer.viewer, device)) return [];
  const lives = viewer.viewer.subscriptions
    .filter((one) => isPlain(one) && isTargetOf(one.to, device))
    .map(({ id }) => viewer.liveAt.get(id) ?? Infinity);
  const wholeFrom = Math.min(Infinity, ...lives);
  const isWhole = (one: Applied): boolean => (index.attempted.get(keyOf(one))?.at ?? -1) >= wholeFrom;
  const first = applied.find(isWhole);
  if (first === undefined) return [];
  const stream = applied.filter((one) => isWhole(one) && byAge(one, first) >= 0);
  const aways = awaysOf(viewer, device);
  return jumpsIn(stream).flatMap(({ missing, before, after, healedAt }) => {
    const deadline = afterLive(aways, after.at, tellWithinMs);
    const end = viewer.told.findLast(({ what }) => what === 'closed')?.at ?? Infinity;
    if (healedAt <= deadline || deadline > end || isTold(viewer, missing, before.at, deadline)) return [];
    return [{ category: 'silentGap', hop: 'told', viewer: viewer.viewer.viewer, name: missing }];
  });
};

/** A reading that had not come when a later one of the same boot did. */
type Jump = {
  readonly missing: Name;
  /** The newest handed out until then. */
  readonly before: Applied;
  readonly after: Applied;
  /** When it came after all, epoch ms; Infinity if it never did. */
  readonly healedAt: number;
};

/** What each reading that was handed out jumped over. @param stream Of one device, in the order of being handed out. */
const jumpsIn = (stream: readonly Applied[]): Jump[] => {
  const came = new Map<string, number>();
  for (const one of stream) if (!came.has(keyOf(one))) came.set(keyOf(one), one.at);
  let newest: Applied | undefined;
  return stream.flatMap((after): Jump[] => {
    const before = newest;
    if (before === undefined || byAge(after, before) > 0) newest = after;
    if (before?.boot !== after.boot) return [];
    return Array.from({ length: Math.max(0, after.seq - before.seq - 1) }, (_, n): Jump => {
      const missing = { ...nameOf(after), seq: before.seq + 1 + n };
      return { missing, before, after, healedAt: came.get(keyOf(missing)) ?? Infinity };
    });
  });
};

/** Whether a gap, or that what was missed cannot be recovered, was told by then. */
const isTold = ({ told }: ViewerIndex, { deviceId, boot, seq }: Name, from: number, by: number): boolean =>
  told.some((one) => {
    if (one.at > by) return false;
    if (one.what === 'resumed') return !one.recovered && from <= one.at;
    if (one.what !== 'gap' || one.deviceId !== deviceId || one.boot !== boot) return false;
    return one.from <= seq && seq <= one.to;
  });

/** What is wrong with the order and number in which readings were handed out. */
export const checkStreams = (index: Index): Finding[] =>
  index.viewers.flatMap((viewer) =>
    [...groupBy(viewer.applied, ({ deviceId }) => deviceId).values()].flatMap((applied) => [
      ...duplicatesIn(index, viewer.viewer.viewer, applied),
      ...disorderIn(viewer.viewer.viewer, applied),
      ...silentGapsIn(index, viewer, applied),
    ]),
  );
