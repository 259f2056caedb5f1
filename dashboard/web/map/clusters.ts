import type { Health } from '../view/view.ts';
import { screenOf, type Camera, type Size } from './camera.ts';
import { eastward, type Point } from './projection.ts';

type Placed = Point & { readonly health: Health };

/** Devices that are drawn as one, as they would lie upon each other. */
export type Cluster<P extends Placed> = {
  /** Their mean, in the world. */
  x: number;
  y: number;
  /** On the screen, px. */
  screen: Point;
  readonly members: P[];
  readonly counts: Record<Health, number>;
};

/** Cells are about so wide, px. */
const cellPx = 48;
/** Two that are nearer than this are one: none is drawn upon another, and each can be hit. */
const apartPx = 34;

/** How bad the worst of them is. */
export const worstOf = ({ offline, stale }: Record<Health, number>): Health => {
  if (offline > 0) return 'offline';
  return stale > 0 ? 'stale' : 'fresh';
};

const add = <P extends Placed>(cluster: Cluster<P>, place: P): void => {
  const count = cluster.members.push(place);
  cluster.x += (place.x - cluster.x) / count;
  cluster.y += (place.y - cluster.y) / count;
  cluster.counts[place.health] += 1;
};

const merge = <P extends Placed>(into: Cluster<P>, from: Cluster<P>): void => {
  const [a, b] = [into.members.length, from.members.length];
  into.x = (into.x * a + from.x * b) / (a + b);
  into.y = (into.y * a + from.y * b) / (a + b);
  for (const member of from.members) into.members.push(member);
  for (const health of ['fresh', 'stale', 'offline'] as const) into.counts[health] += from.counts[health];
};

/** By a grid that lies on the world, not on the screen, so that nothing regroups while one moves the map. */
const byCell = <P extends Placed>(
  places: readonly P[],
  cells: number,
  isSeen: (column: number, row: number) => boolean,
): Map<number, Cluster<P>> => {
  const found = new Map<number, Cluster<P>>();
  for (const place of places) {
    const column = Math.floor(place.x * cells);
    const row = Math.floor(place.y * cells);
    if (!isSeen(column, row)) continue;
    const key = row * (cells + 1) + column;
    let cluster = found.get(key);
    if (cluster === undefined) {
      cluster = { x: 0, y: 0, screen: place, members: [], counts: { fresh: 0, stale: 0, offline: 0 } };
      found.set(key, cluster);
    }
    add(cluster, place);
  }
  return found;
};

/** What is to be drawn of the places: those in or near what the camera sees, grouped. */
export const clustersOf = <P extends Placed>(
  places: readonly P[],
  camera: Camera,
  size: Size,
): Cluster<P>[] => {
  const cells = 2 ** Math.round(Math.log2(camera.scale / cellPx));
  const across = (size.width / 2 / camera.scale) * cells + 1.5;
  const down = (size.height / 2 / camera.scale) * cells + 1.5;
  const isSeen = (column: number, row: number): boolean =>
    Math.abs(row + 0.5 - camera.y * cells) < down &&
    Math.abs(eastward(camera.x, (column + 0.5) / cells)) * cells < across;
  const found = byCell(places, cells, isSeen);
  const kept = new Map<number, Cluster<P>>();
  const near = (key: number, cluster: Cluster<P>): Cluster<P> | undefined => {
    for (const rows of [-1, 0, 1])
      for (const columns of [-1, 0, 1]) {
        const other = kept.get(key + rows * (cells + 1) + columns);
        if (other === undefined) continue;
        const away = Math.hypot(other.x - cluster.x, other.y - cluster.y) * camera.scale;
        if (away < apartPx) return other;
      }
    return undefined;
  };
  for (const [key, cluster] of found) {
    const other = near(key, cluster);
    if (other === undefined) kept.set(key, cluster);
    else merge(other, cluster);
  }
  return [...kept.values()].map((cluster) => ({ ...cluster, screen: screenOf(camera, size, cluster) }));
};

/** How large it is drawn, px. */
export const radiusOf = ({ members: { length } }: Pick<Cluster<Placed>, 'members'>): number =>
  length === 1 ? 7 : 13 + 4 * Math.log10(length);

/** Fingers and eyes are no more exact than this, px. */
const leastHit = 13;

/** The one at a place of the screen. */
export const clusterAt = <P extends Placed>(
  clusters: readonly Cluster<P>[],
  at: Point,
): Cluster<P> | undefined => {
  let best: Cluster<P> | undefined;
  let least = Infinity;
  for (const cluster of clusters) {
    const away = Math.hypot(cluster.screen.x - at.x, cluster.screen.y - at.y);
    if (away < least && away <= Math.max(leastHit, radiusOf(cluster))) [best, least] = [cluster, away];
  }
  return best;
};
