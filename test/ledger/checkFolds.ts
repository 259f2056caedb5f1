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

/** An update with room for the readings it counts beside its own. */
type Room = { readonly update: Applied; readonly places: number; readonly taken: Attempted[] };

/**
 * Gives each reading a place in an update that can have it, moving others where that makes room (augmenting paths of a
 * bipartite matching). Begins with the nearest update, since folds end with their newest.
 */
const seat = (
  readings: readonly Attempted[],
  rooms: readonly Room[],
  fits: (reading: Attempted, room: Room) => boolean,
): void => {
  const full = new Set<Room>(); // Searched in vain: no place comes free there any more.
  const place = (reading: Attempted, tried: Set<Room>): boolean =>
    rooms.some((room) => {
      if (full.has(room) || tried.has(room) || !fits(reading, room)) return false;
      tried.add(room);
      if (room.taken.length < room.places) return room.taken.push(reading) > 0;
      const movable = room.taken.findIndex((one) => place(one, tried));
      if (movable < 0) return false;
      room.taken[movable] = reading;
      return true;
    });
  for (const reading of readings) {
    const tried = new Set<Room>();
    if (!place(reading, tried)) for (const room of tried) full.add(room);
  }
};

/**
 * The readings of one device that updates which were handed out stand for. An update that counts n stands for itself and
 * for n - 1 older ones which the viewer wanted, which did not come themselves, were published before the update came, and lie
 * within its `min` and `max`. Which ones is not said: a reading counts as folded if all can be shared out so that it is. A
 * fold of a resumption may count once more what another one had: then there is room to spare, and this test is the milder
 * for it.
 */
export const foldedBy = (
  index: Index,
  viewer: ViewerIndex,
  readings: readonly Attempted[],
): ReadonlySet<string> => {
  const [device] = readings;
  if (device === undefined || !isPaced(viewer) || !mayHave(viewer.viewer, device)) return new Set();
  const { subscriptions } = viewer.viewer;
  const left = readings.filter(
    (reading) =>
      index.published.has(keyOf(reading)) &&
      !viewer.appliedFirst.has(keyOf(reading)) &&
      subscriptions.some((one) => isTargetOf(one.to, reading) && wants(one, reading.value)),
  );
  const rooms = widest(viewer.applied.filter(({ deviceId }) => deviceId === device.deviceId)).map(
    (update): Room => ({ update, places: (update.fold?.count ?? 1) - 1, taken: [] }),
  );
  // The newest first: what is left over at the end is the oldest.
  seat(
    left.toReversed(),
    rooms.filter(({ places }) => places > 0),
    (reading, { update }) => {
      const { min, max } = update.fold ?? { min: 0, max: 0 };
      const publishedAt = index.published.get(keyOf(reading)) ?? Infinity;
      return (
        byAge(reading, update) < 0 && min <= reading.value && reading.value <= max && publishedAt <= update.at
      );
    },
  );
  return new Set(rooms.flatMap(({ taken }) => taken.map(keyOf)));
};
