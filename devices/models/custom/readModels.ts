import { basename } from 'node:path';

import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod/mini';

import { DevicesError } from '../../devicesError.ts';
import { fileTrouble } from '../../fileTrouble.ts';
import { readBounded } from '../../readBounded.ts';
import type { Model } from '../model.ts';
import { models as builtIn } from '../models.ts';
import { type Problem, customModel } from './customModel.ts';
import { maxModels, modelSpec } from './modelSpec.ts';

/** A file of models is written by hand. */
const maxBytes = 1_000_000;

const badFile = (message: string): DevicesError => new DevicesError('bad_file', message);

/** `models[1].fields.lux.kind` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const fail = (file: string, { path, message }: Problem): DevicesError =>
  badFile(`${file}: ${path.length === 0 ? '' : `${pathText(path)}: `}${message}.`);

/** The first line that is not as YAML wants it. An alias is not taken: a few make gigabytes of a few lines. */
const syntaxProblem = (document: Document, lines: LineCounter): string | undefined => {
  const [error] = document.errors;
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (error !== undefined) return `line ${lineAt(error.pos[0])}: ${error.message.replace(/\.$/, '')}`;
  let alias: number | undefined;
  visit(document, {
    Alias: (_, node) => {
      alias = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return alias === undefined ? undefined : `line ${lineAt(alias)}: aliases are not taken here, write it out`;
};

/** JSON is YAML too. Throws DevicesError `bad_file`. */
const valueOf = (file: string, text: string): unknown => {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const problem = syntaxProblem(document, lines);
    if (problem !== undefined) throw badFile(`${file}: ${problem}.`);
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    // The parser recurses: thousands of brackets end its stack.
    if (error instanceof RangeError) throw badFile(`${file}: is nested too deeply.`);
    throw error;
  }
};

/** The models in a file: one, a list, or a list under `models`; each with its path. */
const partsOf = (
  file: string,
  value: unknown,
): readonly { path: readonly PropertyKey[]; value: unknown }[] => {
  const isWrapped = typeof value === 'object' && value !== null && 'models' in value;
  const list: unknown = isWrapped ? value.models : value;
  const path = isWrapped ? ['models'] : [];
  if (!Array.isArray(list)) {
    if (isWrapped) throw fail(file, { path, message: 'expected a list of models' });
    return [{ path, value: list }];
  }
  if (list.length === 0 || list.length > maxModels)
    throw fail(file, { path, message: `expected 1 to ${maxModels} models, got ${list.length}` });
  return list.map((item: unknown, n) => ({ path: [...path, n], value: item }));
};

/** Types and prefixes that are there twice would make devices of one name. */
const uniquenessProblem = (models: readonly Model[]): string | undefined => {
  for (const [n, { type, prefix }] of models.entries()) {
    if (builtIn.some((other) => other.type === type)) return `"${type}" is the type of a built-in model`;
    if (models.findIndex((other) => other.type === type) < n) return `there are two models of type "${type}"`;
    if ([...builtIn, ...models.slice(0, n)].some((other) => other.prefix === prefix))
      return `"${prefix}" is the prefix of another model, give "${type}" one of its own`;
  }
  return undefined;
};

/** The models that `text` describes. `file` is what messages call it. Throws DevicesError `bad_file`, which names file and field. */
export const parseModels = (file: string, text: string): readonly Model[] => {
  const models = partsOf(file, valueOf(file, text)).map(({ path, value }) => {
    const parsed = z.safeParse(modelSpec, value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw fail(file, { path: [...path, ...(issue?.path ?? [])], message: messageOf(issue) });
    }
    const made = customModel(parsed.data);
    if (made.ok) return made.model;
    throw fail(file, { ...made.problem, path: [...path, ...made.problem.path] });
  });
  const problem = uniquenessProblem(models);
  if (problem !== undefined) throw badFile(`${file}: ${problem}.`);
  return models;
};

/** A key that is refused has its reason inside. */
const messageOf = (issue: z.core.$ZodIssue | undefined): string =>
  (issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message) ?? 'is no model';

/**
 * Reads custom models from a YAML or JSON file of up to 1 MB. Throws DevicesError `bad_file`: the file cannot be read, is no
 * YAML (with the line), or describes no model (with the field).
 */
export const readModels = async (path: string): Promise<readonly Model[]> => {
  const text = await readBounded(path, maxBytes).catch((error: unknown) => {
    throw badFile(`Cannot read the models of ${path}: ${fileTrouble(error)}.`);
  });
  if (text === undefined) throw badFile(`${path} is more than 1 MB: that is no file of models.`);
  return parseModels(basename(path), text);
};
