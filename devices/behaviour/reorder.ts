import { unitAt } from '../models/noise.ts';

export type Reorder<Item> = {
  /** What goes out now: nothing until a window is full, then all of it in another order than it came in. */
  take: (item: Item) => readonly Item[];
  /** What is still kept back, in order. */
  flush: () => readonly Item[];
};

/** Fisher-Yates, with draws from `seed`; two neighbours are swapped where it came out as it went in. */
const shuffled = <Item>(items: readonly Item[], seed: number, n: number): readonly Item[] => {
  const rest = items.map((item, index) => ({ item, index }));
  const drawn = items.flatMap((_, index) =>
    rest.splice(Math.floor(unitAt(seed, n + index) * rest.length), 1),
  );
  const isSame = drawn.every(({ index }, place) => index === place);
  return (isSame ? [...drawn.slice(1, 2), ...drawn.slice(0, 1), ...drawn.slice(2)] : drawn).map(
    ({ item }) => item,
  );
};

/** Keeps `window` items (at least 2) back at a time and lets them go in a seeded other order. */
export const reorder = <Item>(window: number, seed: number): Reorder<Item> => {
  let [kept, taken]: [Item[], number] = [[], 0];
  const flush = (): readonly Item[] => {
    const all = kept;
    kept = [];
    return all;
  };
  return {
    take: (item) => {
      kept.push(item);
      if (kept.length < window) return [];
      taken += kept.length;
      return shuffled(flush(), seed, taken);
    },
    flush,
  };
};
