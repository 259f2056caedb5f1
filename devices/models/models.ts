import { airQuality } from './airQuality.ts';
import { coldChain } from './coldChain.ts';
import { energyMeter } from './energyMeter.ts';
import type { Model } from './model.ts';
import { pump } from './pump.ts';
import { thermostat } from './thermostat.ts';

/** Every built-in model, in the order in which a fleet deals them out. */
export const models: readonly Model[] = [thermostat, pump, energyMeter, coldChain, airQuality];

/** The built-in model of that type. */
export const modelNamed = (type: string): Model | undefined => models.find((model) => model.type === type);
