import { bytesOf } from './bytesOf.ts';
import { limits } from './limits.ts';
import type { Frame } from './protocol.ts';

/**
 * Items in order, cut into as few runs as it takes so that each, with a comma between its items, has room in `room` bytes.
 *
 * @throws RangeError for an item that is larger than `room` by itself; a reading, of at most 24 KB, has room in a frame.
 */
export const cut = <T>(items: readonly T[], sizeOf: (item: T) => number, room: number): T[][] => {
  const runs: T[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = sizeOf(item);
    if (bytes > room) throw new RangeError(`An item of ${bytes} bytes does not fit into a frame; split it.`);
    const run = runs.at(-1);
    if (run !== undefined && bytes + comma <= left) {
      run.push(item);
      left -= bytes + comma;
    } else {
      runs.push([item]);
      left = room - bytes;
    }
  }
  return runs;
};

const comma = 1;

/**
 * The items in as few frames as it takes, in order, each frame at most `limits.frameBytes` of UTF-8 when serialized. No
 * items, no frame. Every item is serialized once to be measured.
 *
 * @param wrap Puts the items into one array of a frame that is otherwise always the same.
 * @throws RangeError for an item too large for a frame of its own.
 */
export const pages = <T>(items: readonly T[], wrap: (items: readonly T[]) => Frame): Frame[] =>
  cut(items, bytesOf, limits.frameBytes - bytesOf(wrap([]))).map((page) => wrap(page));
