import type { Model } from './model.ts';
import { drift, round, seedOf, smoothStep, trait, unitAt } from './noise.ts';

const hour = 3_600_000;

/** °C around the setpoint at which the heating switches. */
const band = 0.35;

export type ThermostatFields = {
  /** °C */
  readonly temperature: number;
  /** °C */
  readonly setpoint: number;
  /** % relative humidity */
  readonly humidity: number;
  readonly heating: boolean;
};

const hourOfDay = (ts: number): number => (ts / hour) % 24;

/** The way from 0 to 1 that a heated room takes: fast first, then slower. */
const approach = (x: number): number => (1 - Math.exp(-2 * x)) / (1 - Math.exp(-2));

/** 0 by night, 1 by day; the room takes 40 minutes to follow the setpoint. */
const dayShare = (at: number): number => smoothStep((at - 6.5) / 0.67) - smoothStep((at - 22) / 0.67);

/** Share of a cycle spent heating: most of it while the room warms up, little while it cools down. */
const dutyAt = (at: number): number => {
  if (at >= 6.5 && at < 7.17) return 0.85;
  if (at >= 22 && at < 22.67) return 0.12;
  return 0.4 + 0.12 * Math.cos(((at - 5) / 24) * 2 * Math.PI);
};

/**
 * A room whose heating switches on below the setpoint and off above it, warmer by day than by night (UTC, shifted by up
 * to an hour). A real room takes 10 to 30 minutes for one cycle; here it is 90 to 150 s, so that a two-minute chart
 * shows it working.
 */
export const thermostat: Model<ThermostatFields> = {
  type: 'thermostat',
  prefix: 'thermostat',
  description: 'A heated room: warmer by day than by night, its heating switched with hysteresis.',
  fields: {
    temperature: { unit: '°C', description: 'of the room' },
    setpoint: { unit: '°C', description: 'wanted: one by day, three degrees less by night' },
    humidity: { unit: '%', description: 'relative' },
    heating: { description: 'on below the setpoint, off above it' },
  },
  device: (seed) => {
    const day = 19.5 + Math.floor(trait(seed, 'day', 0, 6)) / 2;
    const night = day - 3;
    const cycleMs = trait(seed, 'cycle', 90_000, 150_000);
    const shift = trait(seed, 'shift', -hour, hour);
    const damp = trait(seed, 'humidity', 38, 56);

    const turn = (n: number): number => band * (0.8 + 0.4 * unitAt(seed, n));
    return (ts) => {
      const local = ts + shift;
      const at = hourOfDay(local);
      const n = Math.floor(local / cycleMs);
      const phase = local / cycleMs - n;
      const duty = dutyAt(hourOfDay(n * cycleMs));
      const heating = phase < duty;
      const [coldest, warmest, nextColdest] = [-turn(2 * n), turn(2 * n + 1), -turn(2 * n + 2)];
      const swing = heating
        ? coldest + (warmest - coldest) * approach(phase / duty)
        : warmest + (nextColdest - warmest) * approach((phase - duty) / (1 - duty));
      const air = drift(seed ^ seedOf('air'), ts, 20_000);
      return {
        temperature: round(night + (day - night) * dayShare(at) + swing + 0.06 * air, 2),
        setpoint: at >= 6.5 && at < 22 ? day : night,
        humidity: round(damp - 2 * swing + 3 * drift(seed ^ seedOf('damp'), ts, 45_000), 1),
        heating,
      };
    };
  },
};
