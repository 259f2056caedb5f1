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

/** Whether every number that the reading says lies between the extremes that the update gives of it. */
const isWithin = ({ data }: Attempted, { fold }: Applied): boolean =>
  Object.entries(data).every(([field, value]) => {
    if (typeof value !== 'number') return true;
    return (fold?.min[field] ?? Infinity) <= value && value <= (fold?.max[field] ?? -Infinity);
  });

/** An update with room for the readings it counts beside its own; `before` is the next older one, if there is one. */
type Room = {
  readonly update: Applied;
  readonly before: Applied | undefined;
  readonly places: number;
  readonly taken: Attempted[];
};

/** An invocation may take so long, ms. One that is tried again has its readings seen again, by whoever has no `maxRate`. */
const invocationMs = 10_000;

/**
 * For how long after a reading was last seen it may still be on its way into a fold, ms: what an invocation took and never
 * sent goes out with the next update 15 s later (`abandonedMs` in fanout/pace.ts).
 */
const underWayMs = invocationMs + 15_000;

export type Folds = {
  /** The readings that updates stand for. */
  readonly folded: ReadonlySet<string>;
  /** What the updates count beyond that. */
  readonly overcounted: number;
};

type Fits = (reading: Attempted, room: Room) => boolean;

const hasPlace = ({ places, taken }: Room): boolean => taken.length < places;

/** Gives each reading a place in the update that it belongs to; those for which there is none. */
const seatInTime = (readings: readonly Attempted[], rooms: readonly Room[], fits: Fits): Attempted[] =>
  readings.filter((reading) => {
    const own = ownOf(reading, rooms);
    if (own === undefined || !hasPlace(own) || !fits(reading, own)) return true;
    own.taken.push(reading);
    return false;
  });

const ownOf = (reading: Attempted, rooms: readonly Room[]): Room | undefined =>
  rooms.find(({ update }) => byAge(reading, update) < 0);

/**
 * Gives each reading that came late a place that is left in a later update, moving others where that makes room (augmenting
 * paths of a bipartite matching). All within what that reading itself may be late by, unless the others were tried again,
 * too: else many that are a little late would carry one from any update to any other.
 */
const seatLate = (
  readings: readonly Attempted[],
  rooms: readonly Room[],
  fits: Fits,
  isInReach: (reading: Attempted, room: Room) => boolean,
  wasTriedAgain: (reading: Attempted) => boolean,
): void => {
  for (const late of readings) {
    const near = new Set(rooms.filter((room) => isInReach(late, room)));
    const tried = new Set<Room>();
    const place = (reading: Attempted): boolean =>
      rooms.some((room) => {
        if (room.places === 0 || tried.has(room) || !fits(reading, room)) return false;
        if (!near.has(room) && !wasTriedAgain(reading)) return false;
        tried.add(room);
        if (hasPlace(room)) return room.taken.push(reading) > 0;
        const movable = room.taken.findIndex(place);
        if (movable >= 0) room.taken[movable] = reading;
        return movable >= 0;
      });
    place(late);
  }
};

/**
 * The readings of one device that updates which were handed out stand for. An update that counts n stands for itself and
 * for n - 1 older ones which the viewer wanted, which did not come themselves, were published before the update came, and lie
 * within its `min` and `max`. Each belongs to the first update after it; to a later one only if it was still under way
 * when the update before that one was published. Which ones they are is not said: a reading counts as folded if all can
 * be shared out so that it is.
 *
 * A batch that is tried again, or a resumption, may count once more what another update had (docs/adr/0011): what is left
 * over is `overcounted`. It stands for nothing else than what was to be folded right then.
 */
export const foldedBy = (index: Index, viewer: ViewerIndex, readings: readonly Attempted[]): Folds => {
  const [device] = readings;
  if (device === undefined || !isPaced(viewer) || !mayHave(viewer.viewer, device))
    return { folded: new Set(), overcounted: 0 };
  const { subscriptions } = viewer.viewer;
  const left = readings.filter(
    (reading) =>
      index.published.has(keyOf(reading)) &&
      !viewer.appliedFirst.has(keyOf(reading)) &&
      subscriptions.some((one) => isTargetOf(one.to, reading) && wants(one, reading.data)),
  );
  const rooms = widest(viewer.applied.filter(({ deviceId }) => deviceId === device.deviceId)).map(
    (update, n, all): Room => {
      return { update, before: all[n - 1], places: (update.fold?.count ?? 1) - 1, taken: [] };
    },
  );
  const isUnderWay = (reading: Attempted, { before }: Room): boolean => {
    if (before === undefined || byAge(before, reading) < 0) return true;
    const lastSeen = index.lastSeen.get(keyOf(reading)) ?? 0;
    return (index.published.get(keyOf(before)) ?? Infinity) <= lastSeen + underWayMs;
  };
  const wasTriedAgain = (reading: Attempted): boolean =>
    (index.lastSeen.get(keyOf(reading)) ?? 0) > (index.published.get(keyOf(reading)) ?? 0) + invocationMs;
  const fits: Fits = (reading, room) => {
    const { update } = room;
    const publishedAt = index.published.get(keyOf(reading)) ?? Infinity;
    return (
      byAge(reading, update) < 0 &&
      isWithin(reading, update) &&
      publishedAt <= update.at &&
      isUnderWay(reading, room)
    );
  };
  // The newest first: what is left over at the end is the oldest.
  seatLate(seatInTime(left.toReversed(), rooms, fits), rooms, fits, isUnderWay, wasTriedAgain);
  const seated = rooms.flatMap(({ taken }) => taken);
  return {
    folded: new Set(seated.map(keyOf)),
    overcounted: rooms.reduce((sum, { places }) => sum + places, 0) - seated.length,
  };
};
