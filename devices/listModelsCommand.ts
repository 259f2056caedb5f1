import { Command, InvalidArgumentError } from 'commander';

import { DevicesError } from './devicesError.ts';
import type { Screen } from './screen.ts';
import { listed, listingText } from './models/listing.ts';
import type { Model } from './models/model.ts';
import { models as builtIn } from './models/models.ts';
import { defaults } from './settings.ts';

type Options = {
  readonly models?: string;
  readonly sample?: number;
  readonly seed: string;
  readonly json?: true;
};

const maxSample = 10_000;

const parseSample = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= maxSample) return Number(text);
  throw new InvalidArgumentError(`Give a number of readings from 1 to ${maxSample}.`);
};

const examples = `
Examples:
  $ npm run devices -- list-models                                 every model with its fields, units and an example
  $ npm run devices -- list-models pump --sample 5                 five readings of a pump, a second apart
  $ npm run devices -- list-models --models devices/models/greenhouse.yaml    what a file of custom models adds, if it is right
  $ npm run -s devices -- list-models --json | jq .type            one model a line

A file of custom models, YAML or JSON:
  type: greenhouse
  fields:
    lux:   { kind: sine, mean: 20000, amplitude: 22000, period: 24h, peak: 12h, min: 0, unit: lx, digits: 0 }
    soil:  { kind: random-walk, min: 10, max: 60, step: 0.05, unit: '%' }
    air:   { kind: ornstein-uhlenbeck, mean: 22, deviation: 1.5, relaxation: 10m, unit: °C }
    vent:  { kind: step, values: [0, 50, 100], every: 5m }
    mode:  { kind: pick, from: [auto, manual], weights: [9, 1], every: 1h }
    water: { kind: counter, perHour: 12, unit: l }
    site:  { kind: constant, value: north }
    warm:  { kind: derived, expression: 'max(air - 25, 0)' }
A derived field is left out of a reading in which it has no finite value, as after a division by zero. The whole file, to
begin with: devices/models/greenhouse.yaml

Exit codes: 0 all well; 2 bad usage or a bad file.
`;

/** Those of these types, or all. Throws DevicesError for a type that is not there. */
const chosen = (models: readonly Model[], types: readonly string[]): readonly Model[] => {
  const missing = types.find((type) => models.every((model) => model.type !== type));
  if (missing === undefined)
    return types.length === 0 ? models : models.filter(({ type }) => types.includes(type));
  const known = models.map(({ type }) => type).join(', ');
  throw new DevicesError('bad_usage', `There is no model "${missing}"; there are ${known}.`);
};

/** YAML and validation take a while to load, and most runs have no file. */
const customModels = async (path: string): Promise<readonly Model[]> =>
  (await import('./models/custom/readModels.ts')).readModels(path);

const run = async (
  types: readonly string[],
  options: Options,
  screen: Screen,
  now: number,
): Promise<void> => {
  const custom = options.models === undefined ? [] : await customModels(options.models);
  for (const model of chosen([...builtIn, ...custom], types)) {
    const one = listed(model, options.seed, now, options.sample ?? 1);
    screen.write(options.json === true ? `${JSON.stringify(one)}\n` : `${listingText(one)}\n`);
  }
};

/** The `list-models` command, which shows the models on `screen`. `now` gives epoch ms. */
export const listModelsCommand = (screen: Screen, now: () => number = Date.now): Command =>
  new Command('list-models')
    .summary('show what the device models measure')
    .description('Show every device model with its fields, their units and an example reading of now.')
    .argument('[type...]', 'only these models')
    .option('--models <FILE>', 'those of a YAML or JSON file of custom models too, after the built-in ones')
    .option('--sample <N>', 'print N readings, a second apart', parseSample)
    .option('--seed <TEXT>', 'same seed, same values at the same time', defaults.seed)
    .option('--json', 'one JSON object a line and model')
    .addHelpText('after', examples)
    .action((types: string[], options: Options) => run(types, options, screen, now()));
