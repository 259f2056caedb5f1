import { byAge, type Applied, type Attempted, type Index, type ViewerIndex } from './checkIndex.ts';
import { isTargetOf, mayHave, wants } from './entitled.ts';
import { keyOf } from './entries.ts';

/** Of updates that came more than once, the one that stands for most. */
const widest = (applied: readonly Applied[]): Applied[] => {
  const byKey = new Map<string, Applied>();
  for (const one of applied) {
    const known = byKey.get(keyOf(one));
    if ((one.fold?.count ?? 1) > (known?.fold?.count ?? 0)) byKey.set(keyOf(one), one);
  }
  return [...byKey.values()].sort(byAge);
};

const isPaced = ({ viewer }: ViewerIndex): boolean =>
  viewer.subscriptions.some(({ maxRate }) => maxRate !== undefined);

/**
 * The readings of one device that updates which were handed out stand for. An update that counts n stands for itself and
 * for n - 1 older ones which the viewer wanted and which did not come themselves: for the nearest of them, since folds end
 * with their newest. A reading that is not within `min` and `max` is not in it. A fold of a resumption may count once more what
 * another one had: then it has room to spare, and this test is the milder for it.
 */
export const foldedBy = (
  index: Index,
  viewer: ViewerIndex,
  readings: readonly Attempted[],
): ReadonlySet<string> => {
  const folded = new Set<string>();
  const [device] = readings;
  if (device === undefined || !isPaced(viewer) || !mayHave(viewer.viewer, device)) return folded;
  const { subscriptions } = viewer.viewer;
  const left = readings.filter(
    (reading) =>
      index.published.has(keyOf(reading)) &&
      !viewer.appliedFirst.has(keyOf(reading)) &&
      subscriptions.some((one) => isTargetOf(one.to, reading) && wants(one, reading.value)),
  );
  for (const update of widest(viewer.applied.filter(({ deviceId }) => deviceId === device.deviceId))) {
    if (update.fold === undefined) continue;
    const { count, min, max } = update.fold;
    const older = left.filter((reading) => byAge(reading, update) < 0 && !folded.has(keyOf(reading)));
    for (const { value, ...reading } of older.slice(-(count - 1)))
      if (count > 1 && min <= value && value <= max) folded.add(keyOf(reading));
  }
  return folded;
};
