import type { Model } from './model.ts';
import { drift, round, seedOf, trait, unitAt } from './noise.ts';

const hour = 3_600_000;

/** °C around the setpoint at which the heating switches. */
const band = 0.35;
/** °C that the day's setpoint is above the night's. */
const lift = 3;
/** How long the room takes to follow the setpoint. */
const followMs = 40 * 60_000;
const wake = 6.5 * hour;
const sleep = 22 * hour;

export type ThermostatFields = {
  /** °C */
  readonly temperature: number;
  /** °C */
  readonly setpoint: number;
  /** % relative humidity */
  readonly humidity: number;
  readonly heating: boolean;
};

/** °C above the night's setpoint. */
type Room = { readonly warmth: number; readonly heating: boolean };

/** Where the heating switches: °C from the setpoint, never the same twice. */
type Turn = (day: number, n: number) => number;

/** The way from 0 to 1 that a heated room takes: fast first, then slower. */
const approach = (x: number): number => (1 - Math.exp(-2 * x)) / (1 - Math.exp(-2));

const between = (from: number, to: number, x: number): number => from + (to - from) * approach(x);

/** Share of a cycle spent heating: most of it in the small hours. */
const dutyAt = (time: number): number => 0.4 + 0.12 * Math.cos(((time / hour - 5) / 24) * 2 * Math.PI);

/** The part of the day from `from` to `to`, cut into whole cycles of about `cycleMs`. */
const partOf = (from: number, to: number, cycleMs: number) => {
  const cycles = Math.round((to - from) / cycleMs);
  return { cycles, at: (time: number): number => ((time - from) / (to - from)) * cycles };
};

/** A day begins when the setpoint rises. Even turns of its day part are warm ones, even turns of its night part cold ones. */
const roomOf = (cycleMs: number, turn: Turn) => {
  const [day, night] = [
    partOf(wake + followMs, sleep, cycleMs),
    partOf(sleep + followMs, wake + 24 * hour, cycleMs),
  ];
  const warm = (date: number, n: number): number => lift + turn(date, n) * (n % 2 === 0 ? 1 : -1);
  const cold = (date: number, n: number): number => turn(date, 4_096 + n) * (n % 2 === 0 ? -1 : 1);

  const swing = (level: (n: number) => number, x: number, share: number) => {
    const n = Math.floor(x);
    const phase = x - n;
    return phase < share
      ? { isFirst: true, warmth: between(level(2 * n), level(2 * n + 1), phase / share) }
      : {
          isFirst: false,
          warmth: between(level(2 * n + 1), level(2 * n + 2), (phase - share) / (1 - share)),
        };
  };
  const dayAt = (date: number, time: number): Room => {
    if (time < wake + followMs) {
      const from = cold(date - 1, 2 * night.cycles);
      return { heating: true, warmth: between(from, warm(date, 0), (time - wake) / followMs) };
    }
    const { isFirst, warmth } = swing((n) => warm(date, n), day.at(time), 1 - dutyAt(time));
    return { heating: !isFirst, warmth };
  };
  const nightAt = (date: number, time: number): Room => {
    if (time < sleep + followMs) {
      const from = warm(date, 2 * day.cycles);
      return { heating: false, warmth: between(from, cold(date, 0), (time - sleep) / followMs) };
    }
    const { isFirst, warmth } = swing((n) => cold(date, n), night.at(time), dutyAt(time));
    return { heating: isFirst, warmth };
  };
  return (date: number, time: number): Room => (time < sleep ? dayAt(date, time) : nightAt(date, time));
};

/**
 * A room whose heating switches on below the setpoint and off above it, never in between: warmer by day than by night
 * (UTC, shifted by up to an hour), heating without a pause in the morning and not at all late in the evening. A real room
 * takes 10 to 30 minutes for one cycle; here it is 90 to 150 s, so that a two-minute chart shows it working.
 */
export const thermostat: Model<ThermostatFields> = {
  type: 'thermostat',
  prefix: 'thermostat',
  description: 'A heated room: warmer by day than by night, its heating switched with hysteresis.',
  fields: {
    temperature: { unit: '°C', description: 'of the room' },
    setpoint: { unit: '°C', description: 'wanted: one by day, three degrees less by night' },
    humidity: { unit: '%', description: 'relative, lower when it is warmer' },
    heating: { description: 'switches on below the setpoint, off above it' },
  },
  device: (seed) => {
    const night = 16.5 + Math.floor(trait(seed, 'day', 0, 6)) / 2;
    const shift = trait(seed, 'shift', -hour, hour);
    const damp = trait(seed, 'humidity', 38, 56);
    const turn: Turn = (date, n) => band * (0.8 + 0.4 * unitAt(seed, date * 8_192 + n));
    const roomAt = roomOf(trait(seed, 'cycle', 90_000, 150_000), turn);

    return (ts) => {
      const date = Math.floor((ts + shift - wake) / (24 * hour));
      const time = ts + shift - date * 24 * hour;
      const { warmth, heating } = roomAt(date, time);
      const air = drift(seed ^ seedOf('air'), ts, 20_000);
      return {
        temperature: round(night + warmth + 0.06 * air, 2),
        setpoint: time < sleep ? night + lift : night,
        humidity: round(damp - 2 * (warmth - lift / 2) + 3 * drift(seed ^ seedOf('damp'), ts, 45_000), 1),
        heating,
      };
    };
  },
};
