import fc from 'fast-check';

export const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** 2020 to 2040. */
export const moment = fc.integer({ min: 1_577_836_800_000, max: 2_208_988_800_000 });

/** Asks `check` of many devices at many moments. */
export const always = (check: (seed: number, ts: number) => void): void =>
  fc.assert(
    fc.property(seed, moment, (s, ts) => {
      check(s, ts);
    }),
  );

export const series = <T>(count: number, stepMs: number, at: (ms: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => at(i * stepMs));

export const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
