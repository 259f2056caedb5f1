/**
 * Randomness as a function instead of a stream: the same seed and the same position always give the same number, so a
 * model can be asked for any moment, in any order, and answers alike on every machine.
 */

/** Scrambles 32 bits. Constants: "lowbias32" of https://github.com/skeeto/hash-prospector. */
const scramble = (bits: number): number => {
  let x = bits | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
};

/** A 32-bit seed from any text (FNV-1a, then scrambled so that similar names are far apart). */
export const seedOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return scramble(hash);
};

/** The number in [0, 1) at position `n` (any integer) of the sequence that `seed` names. */
export const unitAt = (seed: number, n: number): number =>
  scramble(scramble(scramble(seed) ^ (n | 0)) + Math.floor(n / 2 ** 32)) / 2 ** 32;

/** A constant of one device, in [from, to): each `name` has its own. */
export const trait = (seed: number, name: string, from: number, to: number): number =>
  from + (to - from) * unitAt(seed ^ seedOf(name), 0);

/** 0 at 0 and below, 1 at 1 and above, level at both ends. */
const smoothStep = (x: number): number => {
  const t = Math.min(1, Math.max(0, x));
  return t * t * (3 - 2 * t);
};

const latticeNoise = (seed: number, position: number): number => {
  const n = Math.floor(position);
  const left = unitAt(seed, n);
  return 2 * (left + (unitAt(seed, n + 1) - left) * smoothStep(position - n)) - 1;
};

/**
 * Value noise in [-1, 1] that wanders on the scale of `periodMs` and flickers at a half and a quarter of it: it is
 * correlated in time, as a physical quantity is.
 */
export const drift = (seed: number, ts: number, periodMs: number): number => {
  const at = ts / periodMs;
  const wander = 4 * latticeNoise(seed, at) + 2 * latticeNoise(seed + 1, at * 2);
  return (wander + latticeNoise(seed + 2, at * 4)) / 7;
};

/** `value` with at most `digits` decimals. Never -0. */
export const round = (value: number, digits: number): number =>
  Math.round(value * 10 ** digits) / 10 ** digits + 0;
