import type { Measure, Model } from './models/model.ts';
import { models as builtIn } from './models/models.ts';
import { seedOf } from './models/noise.ts';

/** One simulated device. Its id is its thing name and its MQTT client identifier. */
export type Device = {
  readonly id: string;
  readonly region: string;
  readonly type: string;
  readonly measure: Measure;
};

const pick = <T>(from: readonly T[], index: number): T => {
  const item = from[index % from.length];
  if (item === undefined) throw new RangeError('a fleet needs at least one region and one model');
  return item;
};

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * The region of the device at `index`: in turn, but one further after each full round of (type, region) pairs. Three types
 * dealt to three regions would otherwise put every pump in the same one.
 */
const regionOf = (regions: readonly string[], models: number, index: number): string => {
  const round = (regions.length * models) / greatestCommonDivisor(regions.length, models);
  return pick(regions, index + Math.floor(index / round));
};

/**
 * The devices of a simulation, from nothing but their number, the regions, a seed and the models to deal out (default: all
 * that are built in): `thermostat-001`, `pump-002`, `meter-003` and so on. A larger fleet begins with the devices of a
 * smaller one. Throws RangeError without regions or models.
 */
export const fleetOf = (
  count: number,
  regions: readonly string[],
  seed: string,
  models: readonly Model[] = builtIn,
): readonly Device[] =>
  Array.from({ length: count }, (_, index) => {
    const model = pick(models, index);
    const id = `${model.prefix}-${String(index + 1).padStart(3, '0')}`;
    const region = regionOf(regions, models.length, index);
    return { id, region, type: model.type, measure: model.device(seedOf(`${seed}/${id}`), region) };
  });
