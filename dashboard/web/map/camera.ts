import { eastward, wrapped, type Point } from './projection.ts';

/** What is looked at: the point in the middle, and how many pixels the world is wide. */
export type Camera = Point & { readonly scale: number };
/** Of what is looked through, px. */
export type Size = { readonly width: number; readonly height: number };

/** About 10 m a pixel at the equator; what devices send is hardly more exact. */
export const mostScale = 2 ** 22;
/** No closer than this of its own accord: one device alone should be seen with the land around it. */
const mostFitted = 2 ** 14;
const padding = 56;

/** The world is at least as large as what is looked through, so that nothing is on the screen twice. */
export const leastScale = ({ width, height }: Size): number => Math.max(width, height, 1);

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** The nearest camera that shows the world only. */
export const within = ({ x, y, scale }: Camera, size: Size): Camera => {
  const kept = clamp(scale, leastScale(size), mostScale);
  const half = size.height / 2 / kept;
  return { x: wrapped(x), y: clamp(y, Math.min(0.5, half), Math.max(0.5, 1 - half)), scale: kept };
};

/** Where a point is seen, px from the upper left corner; of its copies around the world, the one nearest to the middle. */
export const screenOf = (camera: Camera, { width, height }: Size, { x, y }: Point): Point => ({
  x: width / 2 + eastward(camera.x, x) * camera.scale,
  y: height / 2 + (y - camera.y) * camera.scale,
});

/** What is seen at a place of the screen. */
export const pointAt = (camera: Camera, { width, height }: Size, { x, y }: Point): Point => ({
  x: wrapped(camera.x + (x - width / 2) / camera.scale),
  y: camera.y + (y - height / 2) / camera.scale,
});

/** Moves what is seen by so many pixels. */
export const panned = (camera: Camera, size: Size, dx: number, dy: number): Camera =>
  within({ ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale }, size);

/** Comes closer by a factor; what is seen at `at` stays there. */
export const zoomed = (camera: Camera, size: Size, factor: number, at: Point): Camera => {
  const scale = clamp(camera.scale * factor, leastScale(size), mostScale);
  const held = pointAt(camera, size, at);
  return within(
    { x: held.x - (at.x - size.width / 2) / scale, y: held.y - (at.y - size.height / 2) / scale, scale },
    size,
  );
};

/** The shortest stretch around the world that holds all: where it begins, and how long it is. */
const stretchOf = (xs: readonly number[]): { from: number; length: number } => {
  const sorted = xs.map(wrapped).sort((a, b) => a - b);
  const last = sorted.at(-1) ?? 0;
  let best = { from: sorted[0] ?? 0, length: last - (sorted[0] ?? 0) };
  for (let at = 1; at < sorted.length; at += 1) {
    const [west, east] = [sorted[at - 1] ?? 0, sorted[at] ?? 0];
    if (1 - (east - west) < best.length) best = { from: east, length: 1 - (east - west) };
  }
  return best;
};

/** Shows all points, or the whole world if there are none. */
export const fitted = (points: readonly Point[], size: Size, most = mostFitted): Camera => {
  if (points.length === 0) return within({ x: 0.5, y: 0.42, scale: 0 }, size);
  const { from, length } = stretchOf(points.map(({ x }) => x));
  const north = points.reduce((least, { y }) => Math.min(least, y), 1);
  const south = points.reduce((most, { y }) => Math.max(most, y), 0);
  const room = (px: number): number => Math.max(40, px - 2 * padding);
  const scale = Math.min(
    most,
    room(size.width) / Math.max(1e-9, length),
    room(size.height) / Math.max(1e-9, south - north),
  );
  return within({ x: from + length / 2, y: (north + south) / 2, scale }, size);
};
