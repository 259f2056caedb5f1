import * as z from 'zod/mini';
import { expected, number, object, texts, whole } from '../fields.ts';
import { behaviourIn, behaviourWith } from './behaviourFields.ts';
import type { FleetSpec } from './scenario.ts';

const regionName = z
  .string(expected('a region'))
  .check(z.regex(/^[A-Za-z0-9:_-]{1,128}$/, expected('a region, of letters, digits, ":", "_" and "-"')));

const aFile = 'the path of a file';

/** A fleet in YAML. */
export const fleetFields = object(
  {
    count: z.optional(whole('a whole number from 1 to 5000', 1, 5_000)),
    models: z.optional(texts('a model or a list of models')),
    modelsFile: z.optional(z.string(expected(aFile))),
    fleetFile: z.optional(z.string(expected(aFile))),
    certificates: z.optional(z.boolean(expected('true or false'))),
    regions: z.optional(
      z
        .array(regionName, expected('a list of regions'))
        .check(z.minLength(1, { error: 'expected at least one region' })),
    ),
    rate: z.optional(number('readings per second from 0.01 to 100', 0.01, 100)),
    buffer: z.optional(whole('a whole number from 1 to 100000', 1, 100_000)),
    behaviours: z.optional(z.array(behaviourWith({}), expected('a list of behaviours'))),
  },
  'a fleet such as { count: 12, regions: [eu-west] }',
);
export type FleetFields = z.infer<typeof fleetFields>;

type Context = {
  /** Names of the fleets that a step starts. */
  readonly started: ReadonlySet<string>;
  /** Makes the path of a file, as it stands in the scenario, one from here. */
  readonly pathOf: (path: string) => string;
};

export const fleetSpecOf = (name: string, fields: FleetFields, { started, pathOf }: Context): FleetSpec => {
  const { count, models = [], modelsFile, fleetFile, certificates = false } = fields;
  return {
    ...{ name, count, models, certificates },
    modelsFile: modelsFile && pathOf(modelsFile),
    fleetFile: fleetFile && pathOf(fleetFile),
    regions: fields.regions ?? [],
    rate: fields.rate ?? 1,
    buffer: fields.buffer ?? 1_000,
    behaviours: (fields.behaviours ?? []).map(behaviourIn),
    waits: started.has(name),
  };
};
