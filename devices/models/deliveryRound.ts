import { trait, unitAt } from './noise.ts';

/** Degrees, WGS 84. */
export type Place = { readonly lat: number; readonly lon: number };

/** From one stop to the next, then a stay there. All times in ms, all ways in metres. */
export type Leg = {
  readonly from: Place;
  readonly to: Place;
  readonly metres: number;
  /** Degrees clockwise from north. */
  readonly heading: number;
  /** m/s between speeding up and braking. */
  readonly cruise: number;
  readonly driveMs: number;
  readonly stayMs: number;
  /** When it begins, and what has been driven by then, after the start of the round. */
  readonly startsAt: number;
  readonly metresBefore: number;
};

/** A round that is driven over and over. */
export type Round = { readonly legs: readonly Leg[]; readonly ms: number; readonly metres: number };

/** Seconds that speeding up and braking each take. */
const rampSeconds = 8;
const metresPerDegree = 111_320;
const radians = Math.PI / 180;

/** North and east of the way, in metres: flat, as ways of a few kilometres nearly are. */
const northEast = (from: Place, to: Place): readonly [number, number] => [
  (to.lat - from.lat) * metresPerDegree,
  (to.lon - from.lon) * metresPerDegree * Math.cos(((from.lat + to.lat) / 2) * radians),
];

/** Stops around a depot, in the order of their bearing, so that the round does not cross itself. The first is the depot. */
const stopsOf = (seed: number, depot: Place): readonly Place[] => {
  const count = 5 + Math.floor(trait(seed, 'stops', 0, 5));
  const around = Array.from({ length: count }, (_, n) => {
    const bearing = ((n + 0.7 * unitAt(seed, 10 + n)) / count) * 2 * Math.PI;
    const metres = 1_500 + 4_000 * unitAt(seed, 100 + n);
    const lat = depot.lat + (metres * Math.cos(bearing)) / metresPerDegree;
    const wide = metresPerDegree * Math.cos(depot.lat * radians);
    return { lat, lon: depot.lon + (metres * Math.sin(bearing)) / wide };
  });
  return [depot, ...around];
};

const legOf = (seed: number, n: number, from: Place, to: Place): Omit<Leg, 'startsAt' | 'metresBefore'> => {
  const [north, east] = northEast(from, to);
  const metres = Math.hypot(north, east);
  const cruise = 8 + 9 * unitAt(seed, 200 + n);
  return {
    from,
    to,
    metres,
    heading: (Math.atan2(east, north) / radians + 360) % 360,
    cruise,
    driveMs: (metres / cruise + rampSeconds) * 1_000,
    stayMs: (150 + 240 * unitAt(seed, 300 + n)) * 1_000,
  };
};

/** The round of one vehicle around its depot: 6 to 10 stops a few kilometres apart, a few minutes at each. */
export const roundOf = (seed: number, depot: Place): Round => {
  const stops = stopsOf(seed, depot);
  const legs: Leg[] = [];
  let [ms, metres] = [0, 0];
  for (const [n, from] of stops.entries()) {
    const leg = legOf(seed, n, from, stops[(n + 1) % stops.length] ?? depot);
    legs.push({ ...leg, startsAt: ms, metresBefore: metres });
    ms += leg.driveMs + leg.stayMs;
    metres += leg.metres;
  }
  return { legs, ms, metres };
};

/**
 * How far along its leg a vehicle is, and how fast: even acceleration, cruise, even braking. `sinceMs` is from the start
 * of the leg; afterwards it stands at the end.
 */
export const driven = (
  { metres, cruise, driveMs }: Leg,
  sinceMs: number,
): { readonly metres: number; readonly speed: number } => {
  const [at, all] = [Math.min(sinceMs, driveMs) / 1_000, driveMs / 1_000];
  const gained = (seconds: number): number => (cruise * seconds ** 2) / (2 * rampSeconds);
  if (at < rampSeconds) return { metres: gained(at), speed: (cruise * at) / rampSeconds };
  if (at <= all - rampSeconds) return { metres: cruise * (at - rampSeconds / 2), speed: cruise };
  return { metres: metres - gained(all - at), speed: (cruise * (all - at)) / rampSeconds };
};
