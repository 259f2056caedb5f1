import { readingsIn, wantedIn, type Scene } from './economyScene.ts';

/** The ways from a device to its viewers that are compared. */
export const shapes = {
  naive: 'a function per reading scans the connections and posts to all, as public samples do',
  filtered: 'the same, but posts only to those whose row names the region',
  direct: 'ours: the rule invokes the filter',
  queue: 'ours: the rule fills a queue, from which the filter takes up to a second of readings',
} as const;
export type Shape = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as Shape[]; // Object.keys forgets the key type

export const isOurs = (shape: Shape): boolean => shape === 'direct' || shape === 'queue';

/** `queue` gathers for a second: about one post a viewer and second, and this part of them at least. */
const leastPart = 0.8;
export const leastPosts = ({ viewers, seconds }: Scene): number => viewers * seconds * leastPart;

/** How many posts a shape is to make; undefined for `queue`, where it depends on how readings fall into batches. */
export const expectedPosts = (shape: Shape, scene: Scene): number | undefined =>
  ({
    naive: readingsIn(scene) * scene.viewers,
    filtered: wantedIn(scene),
    direct: wantedIn(scene),
    queue: undefined,
  })[shape];
