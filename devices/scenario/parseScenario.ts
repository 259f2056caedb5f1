import { resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod/mini';
import { DevicesError } from '../devicesError.ts';
import { duration, expected, object } from '../fields.ts';
import { expectationFields, expectationsOf } from './expectationFields.ts';
import { fleetFields, fleetSpecOf } from './fleetFields.ts';
import { phaseFields, phaseOf } from './phaseFields.ts';
import { problemIn } from './problemIn.ts';
import type { Scenario } from './scenario.ts';
import { systemFields, systemOf } from './systemFields.ts';
import { viewerFields, viewerOf } from './viewerFields.ts';

const nameKey = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'expected a name of small letters, digits and "-"' }));

const scenarioFields = object(
  {
    name: z.string(expected('the name of the scenario')).check(z.minLength(1), z.maxLength(80)),
    description: z.optional(z.string(expected('a text'))),
    seed: z.optional(z.union([z.string(), z.number()], expected('a text or a number'))),
    system: systemFields,
    settle: z.optional(duration({ leastMs: 0 })),
    patience: z.optional(duration({ leastMs: 0 })),
    fleets: z
      .record(nameKey, fleetFields, expected('fleets, each with its name'))
      .check(z.refine((all) => Object.keys(all).length > 0, { error: 'expected at least one fleet' })),
    viewers: z.optional(z.record(nameKey, viewerFields, expected('viewers, each with its name'))),
    phases: z
      .array(phaseFields, expected('a list of phases'))
      .check(z.minLength(1, { error: 'expected at least one phase' })),
    expect: z
      .array(expectationFields, expected('a list of expectations'))
      .check(z.minLength(1, { error: 'expected at least one expectation' })),
  },
  'a scenario',
);
export type ScenarioFields = z.infer<typeof scenarioFields>;

const scenarioOf = (fields: ScenarioFields, folder: string): Scenario => {
  const pathOf = (path: string): string => resolve(folder, path);
  const phases = fields.phases.map((phase) => phaseOf(phase, Object.keys(fields.fleets)));
  const steps = phases.flatMap((phase) => phase.steps);
  const started = new Set(steps.flatMap((step) => (step.what === 'start' ? step.fleets : [])));
  return {
    name: fields.name,
    description: fields.description ?? '',
    seed: String(fields.seed ?? fields.name),
    system: systemOf(fields.system, pathOf),
    fleets: Object.entries(fields.fleets).map(([name, fleet]) =>
      fleetSpecOf(name, fleet, { started, pathOf }),
    ),
    viewers: Object.entries(fields.viewers ?? {}).map(([name, viewer]) => viewerOf(name, viewer)),
    phases,
    settleMs: fields.settle ?? 5_000,
    patienceMs: fields.patience ?? 60_000,
    expectations: fields.expect.flatMap(expectationsOf),
  };
};

type Path = readonly PropertyKey[];

/** The line, from 1, of what is at this path, or of the nearest that is there. */
const lineOf = (document: Document, lines: LineCounter, path: Path): number | undefined => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return lines.linePos(Number(node.range[0])).line;
  }
  return undefined;
};

const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const badFile = (message: string): DevicesError => new DevicesError('bad_file', message);

/** The first thing that is wrong. */
const firstIssue = ({ issues }: z.core.$ZodError): { path: Path; message: string } => {
  const [issue] = issues;
  return { path: issue?.path ?? [], message: issue?.message ?? 'is no scenario' };
};

/**
 * Reads a scenario. `file` is what messages call it, `folder` where the paths in it begin. Throws DevicesError `bad_file`, which names the file, the path in it and
 * the line.
 */
export const parseScenario = (file: string, text: string, folder = '.'): Scenario => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (path: Path, message: string): DevicesError => {
    const line = lineOf(document, lines, path);
    const where = path.length === 0 ? '' : `${pathText(path)}: `;
    return badFile(`${file}: ${where}${message}${line === undefined ? '' : ` (line ${line})`}.`);
  };
  const [error] = document.errors;
  if (error !== undefined)
    throw badFile(`${file}: is no YAML: ${error.message} (line ${lines.linePos(error.pos[0]).line}).`);
  const parsed = z.safeParse(scenarioFields, valueOf(file, document));
  if (!parsed.success) {
    const { path, message } = firstIssue(parsed.error);
    throw fail(path, message);
  }
  const problem = problemIn(parsed.data);
  if (problem !== undefined) throw fail(problem.path, problem.message);
  return scenarioOf(parsed.data, folder);
};

/** Few aliases, so that a small file does not become a large one. */
const valueOf = (file: string, document: Document): unknown => {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw badFile(`${file}: ${error instanceof Error ? error.message : String(error)}.`);
  }
};
