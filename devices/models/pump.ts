import type { Model } from './model.ts';
import { drift, round, seedOf, trait, unitAt } from './noise.ts';

/** How long a pump takes to get within a third of its new speed. */
const inertiaMs = 3_000;
const spikeWindowMs = 15_000;
/** One window in 40: each pump shakes about every ten minutes. */
const spikeChance = 1 / 40;

export type PumpFields = {
  /** bar */
  readonly pressure: number;
  /** litres per minute */
  readonly flow: number;
  /** mm/s RMS; above 7.1 a machine of this size is in ISO 10816's zone D, "may be damaged" */
  readonly vibration: number;
  readonly rpm: number;
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

/** mm/s that a rare knock adds: up in 0.3 s, down in a few seconds, so that readings once a second see it. */
const knockAt = (seed: number, ts: number): number => {
  const n = Math.floor(ts / spikeWindowMs);
  if (unitAt(seed, 3 * n) >= spikeChance) return 0;
  const since = ts - n * spikeWindowMs - 1_500 - 5_000 * unitAt(seed, 3 * n + 1);
  const height = 6 + 6 * unitAt(seed, 3 * n + 2);
  return height * Math.exp(since < 0 ? since / 300 : -since / 1_800);
};

/** A pump that runs most of the time, stops now and then, and knocks rarely. Pressure and flow follow its speed. */
export const pump: Model<PumpFields> = {
  type: 'pump',
  prefix: 'pump',
  description: 'A pump that stops now and then, knocks rarely, and wears out over weeks.',
  fields: {
    pressure: { unit: 'bar', description: 'at the outlet' },
    flow: { unit: 'l/min', description: 'falls with wear' },
    vibration: { unit: 'mm/s', description: 'RMS over all bands' },
    rpm: { unit: '1/min', description: 'speed of the shaft' },
    running: { description: 'whether it is switched on' },
  },
  device: (seed) => {
    const nominal = trait(seed, 'poles', 0, 1) < 0.5 ? 1_450 : 2_900;
    const head = trait(seed, 'head', 2.4, 4.8);
    const volume = trait(seed, 'volume', 60, 180);
    const hum = trait(seed, 'hum', 1.4, 2.6);
    const speedAt = speedOf(seed ^ seedOf('running'), trait(seed, 'window', 240_000, 420_000));
    const wobble = (name: string, ts: number, periodMs: number) => drift(seed ^ seedOf(name), ts, periodMs);

    return (ts) => {
      const { running, speed } = speedAt(ts);
      const shake = hum + 0.45 * wobble('shake', ts, 9_000) + knockAt(seed ^ seedOf('knock'), ts);
      return {
        pressure: round(1.2 + head * speed ** 2 * (1 + 0.07 * wobble('pressure', ts, 14_000)), 2),
        flow: round(volume * speed * (1 + 0.08 * wobble('flow', ts, 18_000)), 1),
        vibration: round(0.1 + speed * shake, 2),
        rpm: round(nominal * speed * (1 + 0.012 * wobble('rpm', ts, 11_000)), 0),
        running,
      };
    };
  },
};
