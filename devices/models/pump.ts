import type { Model } from './model.ts';
import { drift, round, seedOf, trait, unitAt } from './noise.ts';
import { type Shaft, bandsOf, rootSumOfSquares } from './vibration.ts';

/** How long a pump takes to get within a third of its new speed. */
const inertiaMs = 3_000;
const spikeWindowMs = 15_000;
/** One window in 40: each pump shakes about every ten minutes. */
const spikeChance = 1 / 40;
const week = 7 * 24 * 3_600_000;
/** How long an overhaul takes to make the pump as new. */
const overhaulMs = 600_000;

export type PumpFields = {
  /** bar */
  readonly pressure: number;
  /** litres per minute */
  readonly flow: number;
  /** mm/s RMS; above 7.1 a machine of this size is in ISO 10816's zone D, "may be damaged" */
  readonly vibration: number;
  /** mm/s RMS in the octave bands around 16, 31.5, 63, 125, 250, 500, 1,000 and 2,000 Hz */
  readonly spectrum: readonly number[];
  readonly rpm: number;
  /** % of the time between two overhauls */
  readonly wear: number;
  readonly running: boolean;
};

/** Speed between standstill (0) and nominal (1): a share of all windows runs, and a change takes a few seconds. */
const speedOf = (seed: number, windowMs: number) => {
  const runsIn = (n: number): boolean => unitAt(seed, n) < 0.85;
  return (ts: number) => {
    const n = Math.floor(ts / windowMs);
    const [before, now] = [Number(runsIn(n - 1)), Number(runsIn(n))];
    const settled = 1 - Math.exp(-(ts - n * windowMs) / inertiaMs);
    return { running: now === 1, speed: before + (now - before) * settled };
  };
};

/** mm/s of a rare knock: up in 0.3 s, down in a few seconds, so that readings once a second see it. */
const knockAt = (seed: number, ts: number): number => {
  const n = Math.floor(ts / spikeWindowMs);
  if (unitAt(seed, 3 * n) >= spikeChance) return 0;
  const since = ts - n * spikeWindowMs - 1_500 - 5_000 * unitAt(seed, 3 * n + 1);
  const height = 7 + 6 * unitAt(seed, 3 * n + 2);
  return height * Math.exp(since < 0 ? since / 300 : -since / 1_800);
};

/** 0 just after an overhaul, 1 just before the next, 6 to 14 weeks later. */
const wearOf = (seed: number) => {
  const lifeMs = trait(seed, 'life', 6, 14) * week;
  const first = trait(seed, 'overhaul', 0, lifeMs);
  return (ts: number): number => {
    const age = (((ts - first) % lifeMs) + lifeMs) % lifeMs;
    return age < lifeMs - overhaulMs ? age / (lifeMs - overhaulMs) : (lifeMs - age) / overhaulMs;
  };
};

/**
 * A pump that runs most of the time, stops now and then, and knocks rarely. Pressure and flow follow its speed. As it
 * wears it moves less and shakes more, and its bearings are heard in the upper bands first, as in a real one.
 */
export const pump: Model<PumpFields> = {
  type: 'pump',
  prefix: 'pump',
  description: 'A pump that stops now and then, knocks rarely, and wears out over weeks.',
  fields: {
    pressure: { unit: 'bar', description: 'at the outlet' },
    flow: { unit: 'l/min', description: 'a sixth less when worn' },
    vibration: { unit: 'mm/s', description: 'RMS over all bands; above 7.1 it may be damaged' },
    spectrum: { unit: 'mm/s', description: 'RMS in the octave bands 16, 31.5, 63 … 2,000 Hz' },
    rpm: { unit: '1/min', description: 'speed of the shaft' },
    wear: { unit: '%', description: 'of the 6 to 14 weeks between two overhauls' },
    running: { description: 'whether it is switched on' },
  },
  device: (seed) => {
    const nominal = trait(seed, 'poles', 0, 1) < 0.5 ? 1_450 : 2_900;
    const head = trait(seed, 'head', 2.4, 4.8);
    const volume = trait(seed, 'volume', 60, 180);
    const hum = trait(seed, 'hum', 1.4, 2.6);
    const speedAt = speedOf(seed ^ seedOf('running'), trait(seed, 'window', 240_000, 420_000));
    const wearAt = wearOf(seed);
    const shaft: Shaft = { hertz: nominal / 60, vanes: 5 + Math.floor(trait(seed, 'vanes', 0, 3)) };
    const wobble = (name: string, ts: number, periodMs: number) => drift(seed ^ seedOf(name), ts, periodMs);

    return (ts) => {
      const { running, speed } = speedAt(ts);
      const wear = wearAt(ts);
      const hums = speed * (hum * (1 + 0.9 * wear ** 2) + 0.45 * wobble('shake', ts, 9_000));
      const knocks = speed * knockAt(seed ^ seedOf('knock'), ts);
      const spectrum = bandsOf(shaft, { hums, knocks, wear }).map((level) => round(level, 2));
      return {
        pressure: round(1.2 + head * speed ** 2 * (1 + 0.07 * wobble('pressure', ts, 14_000)), 2),
        flow: round(volume * speed * (1 - wear / 6) * (1 + 0.08 * wobble('flow', ts, 18_000)), 1),
        vibration: round(rootSumOfSquares(spectrum), 2),
        spectrum,
        rpm: round(nominal * speed * (1 + 0.012 * wobble('rpm', ts, 11_000)), 0),
        wear: round(100 * wear, 1),
        running,
      };
    };
  },
};
