import { byAge, groupBy, type Applied, type Index, type ViewerIndex } from './checkIndex.ts';
import { isPlain, isTargetOf, mayHave } from './entitled.ts';
import { keyOf, type Name } from './entries.ts';
import type { Finding } from './verdict.ts';

const nameOf = ({ deviceId, boot, seq }: Name): Name => ({ deviceId, boot, seq });

/** I2: a reading handed out again. One that stands for more readings than it did before is news. */
const duplicatesIn = (viewer: string, applied: readonly Applied[]): Finding[] => {
  const counts = new Map<string, number>();
  return applied.flatMap((one): Finding[] => {
    const count = one.fold?.count ?? 1;
    const before = counts.get(keyOf(one)) ?? 0;
    counts.set(keyOf(one), Math.max(count, before));
    return before < count ? [] : [{ category: 'duplicate', hop: 'applied', viewer, name: nameOf(one) }];
  });
};

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

/**
 * I8: what is missing between two readings that were handed out, and was not told as a gap, nor came later. From the first one
 * handed out on that was published when a subscription without `where` and `maxRate` was live: others leave out on purpose,
 * and before the first of a device nobody can know what is missing.
 */
const silentGapsIn = (index: Index, viewer: ViewerIndex, applied: readonly Applied[]): Finding[] => {
  const [device] = index.byDevice.get(applied[0]?.deviceId ?? '') ?? [];
  if (device === undefined || !mayHave(viewer.viewer, device)) return [];
  const lives = viewer.viewer.subscriptions
    .filter((one) => isPlain(one) && isTargetOf(one.to, device))
    .map(({ id }) => viewer.liveAt.get(id) ?? Infinity);
  const wholeFrom = Math.min(Infinity, ...lives);
  const isWhole = (one: Applied): boolean => (index.attempted.get(keyOf(one))?.at ?? -1) >= wholeFrom;
  const first = applied.find(isWhole);
  if (first === undefined) return [];
  const stream = applied.filter((one) => isWhole(one) && byAge(one, first) >= 0).sort(byAge);
  return stream.flatMap((one, n) => {
    const before = stream[n - 1];
    return before?.boot === one.boot ? jumpedOver(viewer, before, one) : [];
  });
};

const jumpedOver = ({ viewer, told }: ViewerIndex, before: Applied, after: Applied): Finding[] => {
  const { deviceId, boot } = after;
  const missing = Array.from(
    { length: Math.max(0, after.seq - before.seq - 1) },
    (_, n) => before.seq + 1 + n,
  );
  const wasTold = (seq: number): boolean =>
    told.some(
      (one) =>
        (one.what === 'gap' &&
          one.deviceId === deviceId &&
          one.boot === boot &&
          one.from <= seq &&
          seq <= one.to) ||
        (one.what === 'resumed' && !one.recovered && before.at <= one.at && one.at <= after.at),
    );
  return missing
    .filter((seq) => !wasTold(seq))
    .map((seq) => ({
      category: 'silentGap',
      hop: 'told',
      viewer: viewer.viewer,
      name: { deviceId, boot, seq },
    }));
};

/** What is wrong with the order and number in which readings were handed out. */
export const checkStreams = (index: Index): Finding[] =>
  index.viewers.flatMap((viewer) =>
    [...groupBy(viewer.applied, ({ deviceId }) => deviceId).values()].flatMap((applied) => [
      ...duplicatesIn(viewer.viewer.viewer, applied),
      ...disorderIn(viewer.viewer.viewer, applied),
      ...silentGapsIn(index, viewer, applied),
    ]),
  );
