import { basename, dirname } from 'node:path';
import { DevicesError } from '../devicesError.ts';
import { fileTrouble } from '../fileTrouble.ts';
import { readModels } from '../models/custom/readModels.ts';
import { models as builtIn } from '../models/models.ts';
import { readBounded } from '../readBounded.ts';
import { parseScenario } from './parseScenario.ts';
import type { FleetSpec, Scenario } from './scenario.ts';

const maxBytes = 1024 * 1024;

const bad = (message: string): DevicesError => new DevicesError('bad_file', message);

const checkModels = async (file: string, { name, models, modelsFile }: FleetSpec): Promise<void> => {
  if (modelsFile === undefined) return;
  const known = [...builtIn, ...(await readModels(modelsFile))].map(({ type }) => type);
  const unknown = models.find((type) => !known.includes(type));
  if (unknown !== undefined)
    throw bad(
      `${file}: fleets.${name}.models: there is no model "${unknown}"; known are ${known.join(', ')}.`,
    );
};

/** Reads a scenario, and looks into the files of models that it names. Throws DevicesError `bad_file`. */
export const readScenario = async (path: string): Promise<Scenario> => {
  const text = await readBounded(path, maxBytes).catch((error: unknown) => {
    throw bad(`Cannot read ${path}: ${fileTrouble(error)}; give the path of a scenario in YAML.`);
  });
  if (text === undefined) throw bad(`${path} is larger than 1 MB: that is no scenario.`);
  const file = basename(path);
  const scenario = parseScenario(file, text, dirname(path));
  for (const fleet of scenario.fleets) await checkModels(file, fleet);
  return scenario;
};
