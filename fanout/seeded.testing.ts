/** Random whole numbers from 0 to below `n`. */
export type Below = (n: number) => number;

/** The same numbers for the same seed (mulberry32). */
export const seeded = (seed: number): Below => {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
};

export const newSeed = (): number => Math.floor(Math.random() * 2 ** 31);
