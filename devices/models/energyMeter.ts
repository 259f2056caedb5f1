import type { Model } from './model.ts';
import { drift, round, seedOf, trait, unitAt } from './noise.ts';

const minute = 60_000;
const hour = 60 * minute;
/** When the counters stood at their first value. */
const installed = Date.UTC(2024, 0, 1);

export type EnergyMeterFields = {
  /** W */
  readonly power: number;
  /** V */
  readonly voltage: number;
  /** A: power / voltage */
  readonly current: number;
  /** kWh since the meter was made; only grows */
  readonly energy: number;
};

/** A part of the load: its power now (W), and what it has used since the epoch (W·ms). The second integrates the first. */
type Load = { readonly power: (ts: number) => number; readonly used: (ts: number) => number };

const wave = (watts: number, periodMs: number, peakAt: number): Load => {
  const omega = (2 * Math.PI) / periodMs;
  return {
    power: (ts) => watts * Math.cos(omega * (ts - peakAt)),
    used: (ts) => (watts / omega) * Math.sin(omega * (ts - peakAt)),
  };
};

const steady = (watts: number): Load => ({ power: () => watts, used: (ts) => watts * ts });

/** Switches on once in every window, at a moment of its own, for `onMs`. */
const appliance = (seed: number, watts: number, windowMs: number, onMs: number): Load => {
  const inWindow = (ts: number) => {
    const n = Math.floor(ts / windowMs);
    return { n, since: ts - n * windowMs - (windowMs - onMs) * unitAt(seed, n) };
  };
  return {
    power: (ts) => {
      const { since } = inWindow(ts);
      return since >= 0 && since < onMs ? watts : 0;
    },
    used: (ts) => {
      const { n, since } = inWindow(ts);
      return watts * (n * onMs + Math.min(onMs, Math.max(0, since)));
    },
  };
};

/** Period and share of the mean power. The shares add up to 0.84: the sum never falls below zero. */
const ripple = [
  { periodMs: 8 * hour, share: 0.1 },
  { periodMs: 9.1 * minute, share: 0.05 },
  { periodMs: 3.7 * minute, share: 0.045 },
  { periodMs: 97_000, share: 0.04 },
  { periodMs: 41_000, share: 0.03 },
  { periodMs: 17_000, share: 0.016 },
  { periodMs: 7_000, share: 0.009 },
];

const loadsOf = (seed: number): readonly Load[] => {
  const mean = trait(seed, 'mean', 350, 1_100);
  const evening = trait(seed, 'evening', 17.5 * hour, 20.5 * hour);
  return [
    steady(mean),
    wave(0.35 * mean, 24 * hour, evening),
    wave(0.2 * mean, 12 * hour, evening),
    ...ripple.map(({ periodMs, share }) =>
      wave(share * mean, periodMs, trait(seed, `ripple ${periodMs}`, 0, periodMs)),
    ),
    appliance(seed ^ seedOf('fridge'), 140, trait(seed, 'fridge', 6, 11) * minute, 3 * minute),
    appliance(seed ^ seedOf('boiler'), trait(seed, 'boiler', 900, 2_200), 8 * minute, 100_000),
  ];
};

/**
 * A household's meter: low at night, peaks in the morning and in the evening, appliances on top. Its counter is the exact
 * integral of its power, which is why the load is made of waves and pulses and not of noise.
 */
export const energyMeter: Model<EnergyMeterFields> = {
  type: 'energy-meter',
  prefix: 'meter',
  description: 'A household: low at night, peaks in the morning and in the evening, appliances on top.',
  fields: {
    power: { unit: 'W', description: 'drawn now' },
    voltage: { unit: 'V', description: 'of the grid, lower under load' },
    current: { unit: 'A', description: 'power / voltage' },
    energy: { unit: 'kWh', description: 'counter: the integral of power, only grows' },
  },
  device: (seed) => {
    const loads = loadsOf(seed);
    const first = trait(seed, 'counter', 200, 30_000);
    const grid = trait(seed, 'grid', 228.5, 232.5);
    const sum = (part: 'power' | 'used', ts: number) =>
      loads.reduce((total, load) => total + load[part](ts), 0);
    const usedBefore = sum('used', installed);

    return (ts) => {
      const power = round(sum('power', ts), 0);
      const voltage = round(grid + 1.8 * drift(seed ^ seedOf('grid'), ts, 25_000) - 0.0008 * power, 1);
      return {
        power,
        voltage,
        current: round(power / voltage, 2),
        energy: round(first + (sum('used', ts) - usedBefore) / 3.6e9, 3),
      };
    };
  },
};
