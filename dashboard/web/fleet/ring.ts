/** What a tile remembers of a field: the last points, in the order of their times. */
export type Ring = { readonly times: Float64Array; readonly values: Float64Array; length: number };

/** A minute at one reading a second, and about as many as a tile has pixels to show. */
export const ringPoints = 60;

export const newRing = (): Ring => ({
  times: new Float64Array(ringPoints),
  values: new Float64Array(ringPoints),
  length: 0,
});

/** Adds a point at its place. The oldest goes when there is no room; one that is older than all of a full ring is not taken. */
export const addToRing = (ring: Ring, time: number, value: number): void => {
  const { times, values } = ring;
  let at = ring.length;
  while (at > 0 && (times[at - 1] ?? 0) > time) at -= 1;
  if (ring.length < ringPoints) {
    times.copyWithin(at + 1, at, ring.length);
    values.copyWithin(at + 1, at, ring.length);
    ring.length += 1;
  } else {
    if (at === 0) return;
    at -= 1;
    times.copyWithin(0, 1, at + 1);
    values.copyWithin(0, 1, at + 1);
  }
  times[at] = time;
  values[at] = value;
};
