import { type Leg, type Place, type Round, driven, roundOf } from './deliveryRound.ts';
import type { Model } from './model.ts';
import { drift, round, seedOf, trait, unitAt } from './noise.ts';

const minute = 60_000;
/** How fast an open box gets warm, and a closed one cold again. */
const warmingMs = 8 * minute;
const coolingMs = 11 * minute;
/** °C that an open door would bring in the end. */
const warmth = 11;
/** Stops whose doors are still felt: longer ago than an hour, 11 °C have become 0.05. */
const remembered = 12;

/** Towns with a vehicle each way around them, by how the name of a region begins. */
const depots: readonly { readonly regions: string; readonly depot: Place }[] = [
  { regions: 'eu-west', depot: { lat: 52.0907, lon: 5.1214 } }, // Utrecht
  { regions: 'eu-north', depot: { lat: 59.8586, lon: 17.6389 } }, // Uppsala
  { regions: 'eu', depot: { lat: 49.4521, lon: 11.0767 } }, // Nuremberg
  { regions: 'us-east', depot: { lat: 39.9612, lon: -82.9988 } }, // Columbus
  { regions: 'us', depot: { lat: 39.7392, lon: -104.9903 } }, // Denver
  { regions: 'ap', depot: { lat: 18.5204, lon: 73.8567 } }, // Pune
  { regions: 'sa', depot: { lat: -25.4284, lon: -49.2733 } }, // Curitiba
  { regions: 'af', depot: { lat: -26.2041, lon: 28.0473 } }, // Johannesburg
];

export type ColdChainFields = {
  /** Degrees, WGS 84 */
  readonly lat: number;
  /** Degrees, WGS 84 */
  readonly lon: number;
  /** km/h */
  readonly speed: number;
  /** Degrees clockwise from north */
  readonly heading: number;
  /** °C in the box */
  readonly temperature: number;
  readonly doorOpen: boolean;
  /** km; only grows */
  readonly odometer: number;
};

/** The door of one stay: when it opens and closes, epoch ms. */
type Opening = { readonly opens: number; readonly closes: number };

/** A leg of some lap, numbered through since the epoch. */
type Turn = { readonly leg: Leg; readonly n: number; readonly startedAt: number };

const depotOf = (seed: number, region: string): Place => {
  const known = depots.find(({ regions }) => region.startsWith(regions));
  const any = depots[Math.floor(trait(seed, 'depot', 0, depots.length))];
  return (known ?? any)?.depot ?? { lat: 0, lon: 0 };
};

/** Which leg is driven when. */
const timetable = ({ legs, ms }: Round, offset: number) => {
  const numbered = (n: number): Turn => {
    const lap = Math.floor(n / legs.length);
    const leg = legs[n - lap * legs.length];
    if (leg === undefined) throw new RangeError('a round has at least one leg');
    return { leg, n, startedAt: lap * ms + leg.startsAt - offset };
  };
  const at = (ts: number): Turn => {
    const lap = Math.floor((ts + offset) / ms);
    const index = legs.findLastIndex(({ startsAt }) => lap * ms + startsAt <= ts + offset);
    return numbered(lap * legs.length + Math.max(0, index));
  };
  return { numbered, at };
};

/** It opens soon after the vehicle has stopped, and closes before it leaves. */
const openingOf = (seed: number, { leg, n, startedAt }: Turn): Opening => {
  const arrived = startedAt + leg.driveMs;
  const opens = arrived + (0.06 + 0.1 * unitAt(seed, 2 * n)) * leg.stayMs;
  return { opens, closes: opens + (0.2 + 0.55 * unitAt(seed, 2 * n + 1)) * leg.stayMs };
};

/** °C that one opening adds at `ts`: up while the door is open, down again after. */
const warmedBy = ({ opens, closes }: Opening, ts: number): number => {
  if (ts <= opens) return 0;
  const rise = warmth * (1 - Math.exp(-(Math.min(ts, closes) - opens) / warmingMs));
  return ts <= closes ? rise : rise * Math.exp(-(ts - closes) / coolingMs);
};

/** Where the vehicle is, on the straight line of its leg. */
const placeOf = ({ leg, startedAt }: Turn, ts: number): Place & { readonly speed: number } => {
  const { metres, speed } = driven(leg, ts - startedAt);
  const share = metres / leg.metres;
  return {
    lat: leg.from.lat + (leg.to.lat - leg.from.lat) * share,
    lon: leg.from.lon + (leg.to.lon - leg.from.lon) * share,
    speed,
  };
};

/** °C in the box: what is wanted, the compressor's ups and downs, and every door that is still felt. */
const boxOf = (seed: number, { numbered }: ReturnType<typeof timetable>) => {
  const wanted = trait(seed, 'goods', 0, 1) < 0.5 ? -19 : 4;
  const cycleMs = trait(seed, 'compressor', 4, 7) * minute;
  return (ts: number, { n }: Turn) => {
    const openings = Array.from({ length: remembered }, (_, back) => openingOf(seed, numbered(n - back)));
    const warmed = openings.reduce((sum, opening) => sum + warmedBy(opening, ts), 0);
    const compressor = 0.5 * Math.sin((ts / cycleMs) * 2 * Math.PI);
    const temperature = wanted + warmed + compressor + 0.15 * drift(seed, ts, 20_000);
    return { temperature, doorOpen: openings.some(({ opens, closes }) => opens <= ts && ts < closes) };
  };
};

/** When the odometer stood at its first value. */
const made = Date.UTC(2026, 0, 1);

/**
 * A refrigerated van on a delivery round of a few kilometres, over and over: it drives, stops for some minutes, and opens
 * its door, which warms the box. Half the vans carry frozen goods, half chilled ones.
 */
export const coldChain: Model<ColdChainFields> = {
  type: 'cold-chain',
  prefix: 'van',
  description: 'A refrigerated van on its delivery round: it stops, and its open door warms the box.',
  fields: {
    lat: { unit: '°', description: 'latitude, WGS 84' },
    lon: { unit: '°', description: 'longitude, WGS 84' },
    speed: { unit: 'km/h', description: '0 at a stop' },
    heading: { unit: '°', description: 'clockwise from north; at a stop the last one' },
    temperature: { unit: '°C', description: 'in the box: -19 or 4, warmer while and after the door is open' },
    doorOpen: { description: 'only at a stop' },
    odometer: { unit: 'km', description: 'counter: only grows' },
  },
  device: (seed, region = '') => {
    const way = roundOf(seed ^ seedOf('round'), depotOf(seed, region));
    const times = timetable(way, trait(seed, 'offset', 0, way.ms));
    const boxAt = boxOf(seed ^ seedOf('box'), times);
    const metresAt = (ts: number, { leg, n, startedAt }: Turn): number =>
      Math.floor(n / way.legs.length) * way.metres + leg.metresBefore + driven(leg, ts - startedAt).metres;
    const [first, before] = [trait(seed, 'odometer', 4_000, 90_000), metresAt(made, times.at(made))];

    return (ts) => {
      const turn = times.at(ts);
      const { lat, lon, speed } = placeOf(turn, ts);
      const { temperature, doorOpen } = boxAt(ts, turn);
      return {
        lat: round(lat, 6),
        lon: round(lon, 6),
        speed: round(3.6 * speed, 1),
        heading: round(turn.leg.heading, 0) % 360,
        temperature: round(temperature, 2),
        doorOpen,
        odometer: round(first + (metresAt(ts, turn) - before) / 1_000, 3),
      };
    };
  },
};
