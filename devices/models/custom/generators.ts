import type { FieldValue } from '../model.ts';
import { seedOf, trait, unitAt } from '../noise.ts';
import { brownian, normalAt, ornsteinUhlenbeck, reflected } from './bridge.ts';
import type { FieldSpec, Kind, Scalar, SpecOf } from './fieldSpec.ts';

/** The value of one field of one device at a moment. */
export type Generator = (ts: number) => FieldValue;

const hour = 3_600_000;

const within = (
  { min = -Infinity, max = Infinity }: { min?: number | undefined; max?: number | undefined },
  value: number,
) => Math.min(max, Math.max(min, value));

/** How far off this device is, for ever: up to `spread` either way. */
const offsetOf = (seed: number, spread = 0): number => trait(seed, 'spread', -spread, spread);

const constant = ({ value, spread }: SpecOf<'constant'>, seed: number): Generator => {
  const own = typeof value === 'number' ? value + offsetOf(seed, spread) : value;
  return () => own;
};

const sine = (spec: SpecOf<'sine'>, seed: number): Generator => {
  const { mean = 0, amplitude, period, peak = 0, noise = 0, spread } = spec;
  const middle = mean + offsetOf(seed, spread);
  return (ts) => {
    const wave = amplitude * Math.cos(((ts - peak) / period) * 2 * Math.PI);
    return within(spec, middle + wave + (noise === 0 ? 0 : noise * normalAt(seed, ts)));
  };
};

const randomWalk = ({ min, max, step, every = 1_000 }: SpecOf<'random-walk'>, seed: number): Generator => {
  const start = trait(seed, 'start', min, max);
  const scale = step / Math.sqrt(every);
  const walk = brownian(seed);
  return (ts) => reflected(start + scale * walk(ts), min, max);
};

const settling = (spec: SpecOf<'ornstein-uhlenbeck'>, seed: number): Generator => {
  const middle = spec.mean + offsetOf(seed, spec.spread);
  const path = ornsteinUhlenbeck(seed, spec.relaxation);
  return (ts) => within(spec, middle + spec.deviation * path(ts));
};

const step = ({ values, every }: SpecOf<'step'>, seed: number): Generator => {
  const offset = trait(seed, 'offset', 0, every * values.length);
  return (ts) => {
    const n = Math.floor((ts + offset) / every) % values.length;
    return values[(n + values.length) % values.length] ?? null;
  };
};

/** The item at the share `at` [0, 1) of all weights. */
const weighted = (from: readonly Scalar[], weights: readonly number[], at: number): FieldValue => {
  let left = at * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return from[index] ?? null;
};

const pick = ({ from, weights, every }: SpecOf<'pick'>, seed: number): Generator => {
  const all = weights ?? from.map(() => 1);
  const offset = trait(seed, 'offset', 0, every);
  return (ts) => weighted(from, all, unitAt(seed, Math.floor((ts + offset) / every)));
};

/** The integral of a rate that swings around its mean and is never negative, so that it only grows. */
const counter = (spec: SpecOf<'counter'>, seed: number): Generator => {
  const { perHour, start = 0, since = Date.UTC(2024, 0, 1), variation = 0.5, period = 24 * hour } = spec;
  const phase = trait(seed, 'phase', 0, period);
  const used = (ts: number): number => {
    const angle = ((ts + phase) / period) * 2 * Math.PI;
    return (perHour / hour) * (ts - since - ((variation * period) / (2 * Math.PI)) * Math.cos(angle));
  };
  const before = used(since);
  return (ts) => start + Math.max(0, used(ts) - before);
};

const makers: { readonly [K in Exclude<Kind, 'derived'>]: (spec: SpecOf<K>, seed: number) => Generator } = {
  constant,
  sine,
  'random-walk': randomWalk,
  'ornstein-uhlenbeck': settling,
  step,
  pick,
  counter,
};

/** What generates a field of a device; each `name` has randomness of its own. */
export const generatorOf = (
  spec: Exclude<FieldSpec, { kind: 'derived' }>,
  name: string,
  seed: number,
): Generator => {
  // The kind chooses the maker of that kind; TypeScript cannot follow the pair through the index.
  const make = makers[spec.kind] as (spec: FieldSpec, seed: number) => Generator;
  return make(spec, seed ^ seedOf(name));
};
