import { bytesOf } from './bytesOf.ts';
import { limits } from './limits.ts';
import type { Frame } from './protocol.ts';

/**
 * The items in as few frames as it takes, in order, each frame at most `limits.frameBytes` of UTF-8 when serialized. No
 * items, no frame. Every item is serialized once to be measured.
 *
 * @param wrap Puts the items into one array of a frame that is otherwise always the same.
 * @throws RangeError for an item too large for a frame of its own; a reading, of at most 24 KB, is not.
 */
export const pages = <T>(items: readonly T[], wrap: (items: readonly T[]) => Frame): Frame[] => {
  const room = limits.frameBytes - bytesOf(wrap([]));
  const cuts: T[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > room) throw new RangeError(`An item of ${bytes} bytes does not fit into a frame; split it.`);
    const page = cuts.at(-1);
    if (page !== undefined && bytes + comma <= left) {
      page.push(item);
      left -= bytes + comma;
    } else {
      cuts.push([item]);
      left = room - bytes;
    }
  }
  return cuts.map((page) => wrap(page));
};

const comma = 1;
