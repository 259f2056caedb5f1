import { energyMeter } from './models/energyMeter.ts';
import type { Measure, Model } from './models/model.ts';
import { seedOf } from './models/noise.ts';
import { pump } from './models/pump.ts';
import { thermostat } from './models/thermostat.ts';

/** One simulated device. Its id is its thing name and its MQTT client identifier. */
export type Device = {
  readonly id: string;
  readonly region: string;
  readonly type: string;
  readonly measure: Measure;
};

const models: readonly Model[] = [thermostat, pump, energyMeter];

const pick = <T>(from: readonly T[], index: number): T => {
  const item = from[index % from.length];
  if (item === undefined) throw new RangeError('a fleet needs at least one region');
  return item;
};

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * The region of the device at `index`: in turn, but one further after each full round of (type, region) pairs. Three types
 * dealt to three regions would otherwise put every pump in the same one.
 */
const regionOf = (regions: readonly string[], index: number): string => {
  const round = (regions.length * models.length) / greatestCommonDivisor(regions.length, models.length);
  return pick(regions, index + Math.floor(index / round));
};

/**
 * The devices of a simulation, from nothing but their number, the regions and a seed: `thermostat-001`, `pump-002`,
 * `meter-003` and so on. A larger fleet begins with the devices of a smaller one. Throws RangeError without regions.
 */
export const fleetOf = (count: number, regions: readonly string[], seed: string): readonly Device[] =>
  Array.from({ length: count }, (_, index) => {
    const model = pick(models, index);
    const id = `${model.prefix}-${String(index + 1).padStart(3, '0')}`;
    const measure = model.device(seedOf(`${seed}/${id}`));
    return { id, region: regionOf(regions, index), type: model.type, measure };
  });
