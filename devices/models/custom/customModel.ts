import type { FieldInfo, Fields, FieldValue, Model } from '../model.ts';
import { round } from '../noise.ts';
import { type Expression, parseExpression } from './expression.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { type Generator, generatorOf } from './generators.ts';
import type { ModelSpec } from './modelSpec.ts';

/** What is wrong, and where below the model. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

export type MadeModel =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly problem: Problem };

type Specs = Readonly<Record<string, FieldSpec>>;
type Expressions = ReadonlyMap<string, Expression>;

const at = (field: string, part: string, message: string): Problem => ({
  path: ['fields', field, part],
  message,
});

/** Whether every value of the field is a number or a boolean, which counts as 0 or 1. */
const isNumeric = (spec: FieldSpec): boolean => {
  const values =
    spec.kind === 'constant'
      ? [spec.value]
      : spec.kind === 'step'
        ? spec.values
        : spec.kind === 'pick'
          ? spec.from
          : [];
  return values.every((value) => typeof value === 'number' || typeof value === 'boolean');
};

const boundsProblem = (field: string, spec: FieldSpec): Problem | undefined => {
  if ('min' in spec && spec.min !== undefined && spec.max !== undefined && spec.min >= spec.max)
    return at(field, 'max', `expected more than min, which is ${spec.min}, got ${spec.max}`);
  if (spec.kind !== 'pick' || spec.weights === undefined) return undefined;
  if (spec.weights.length !== spec.from.length)
    return at(
      field,
      'weights',
      `expected ${spec.from.length} weights, one for each value, got ${spec.weights.length}`,
    );
  return spec.weights.some((weight) => weight > 0) ? undefined : at(field, 'weights', 'expected one above 0');
};

const usesProblem = (specs: Specs, field: string, { uses, evaluate }: Expression): Problem | undefined => {
  if (uses.size === 0 && !Number.isFinite(evaluate(() => NaN)))
    return at(field, 'expression', 'never has a finite value, as it divides by zero or is too large');
  for (const name of uses) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) return at(field, 'expression', `there is no field "${name}"`);
    if (!isNumeric(spec)) return at(field, 'expression', `"${name}" is not always a number`);
  }
  return undefined;
};

/** Of fields that each use another of them, some that go round in a circle, the first one twice: `a`, `b`, `a`. */
const circleOf = (expressions: Expressions, fields: ReadonlySet<string>): string[] => {
  const way: string[] = [];
  let [field = ''] = fields;
  while (!way.includes(field)) {
    way.push(field);
    field = [...(expressions.get(field)?.uses ?? [])].find((name) => fields.has(name)) ?? '';
  }
  return [...way.slice(way.indexOf(field)), field];
};

/** The derived fields, each after those it uses; or the circle that has no such order. */
const orderOf = (expressions: Expressions): { readonly order: string[]; readonly circle?: string[] } => {
  const order: string[] = [];
  const left = new Set(expressions.keys());
  while (left.size > 0) {
    const ready = [...left].filter(
      (field) => ![...(expressions.get(field)?.uses ?? [])].some((name) => left.has(name)),
    );
    if (ready.length === 0) return { order, circle: circleOf(expressions, left) };
    for (const field of ready) left.delete(field);
    order.push(...ready);
  }
  return { order };
};

const numberOf = (value: FieldValue | undefined): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN;

/** Undefined for Infinity and NaN, which JSON does not know, and for numbers that a payload may not have. */
const rounded = (value: FieldValue, digits: number): FieldValue | undefined => {
  if (typeof value !== 'number') return value;
  return Math.abs(value) <= 1e15 ? round(value, digits) : undefined;
};

const digitsOf = ({ kind, digits }: FieldSpec): number => digits ?? (kind === 'counter' ? 0 : 2);

const infoOf = ({ unit, description, kind }: FieldSpec): FieldInfo => ({
  ...(unit !== undefined && { unit }),
  description: description ?? kind,
});

/** What has a value, in the order of the file. */
const inOrderOf = (fields: Specs, values: Readonly<Record<string, FieldValue | undefined>>): Fields =>
  Object.fromEntries(
    Object.keys(fields).flatMap((name): [string, FieldValue][] => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const deviceOf = (fields: Specs, expressions: Expressions, order: readonly string[]): Model['device'] => {
  const digits = Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, digitsOf(spec)]));
  return (seed) => {
    const generators = Object.entries(fields).flatMap(([name, spec]): [string, Generator][] =>
      spec.kind === 'derived' ? [] : [[name, generatorOf(spec, name, seed)]],
    );
    return (ts) => {
      const values: Record<string, FieldValue | undefined> = {};
      for (const [name, generate] of generators) values[name] = rounded(generate(ts), digits[name] ?? 2);
      for (const name of order) {
        const value = expressions.get(name)?.evaluate((field) => numberOf(values[field])) ?? NaN;
        values[name] = rounded(value, digits[name] ?? 2);
      }
      return inOrderOf(fields, values);
    };
  };
};

/**
 * A model as a file describes it, or what is wrong with it: an expression that cannot be read, or that names no field, or
 * fields that derive from each other in a circle. Derived fields see the values as they are in the payload, rounded; one
 * without a finite value, as after a division by zero, is left out of that reading. An expression of numbers alone that is
 * not finite is refused: its field would never be there.
 */
export const customModel = ({ type, prefix, description, fields }: ModelSpec): MadeModel => {
  const expressions = new Map<string, Expression>();
  for (const [field, spec] of Object.entries(fields)) {
    const parsed = spec.kind === 'derived' ? parseExpression(spec.expression) : undefined;
    if (parsed?.ok === false) return { ok: false, problem: at(field, 'expression', parsed.problem) };
    if (parsed !== undefined) expressions.set(field, parsed.expression);
    const problem = boundsProblem(field, spec) ?? (parsed && usesProblem(fields, field, parsed.expression));
    if (problem !== undefined) return { ok: false, problem };
  }
  const { order, circle } = orderOf(expressions);
  if (circle !== undefined) {
    const [first = ''] = circle;
    return { ok: false, problem: at(first, 'expression', `goes round in a circle: ${circle.join(' -> ')}`) };
  }
  const info = Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, infoOf(spec)]));
  const model: Model = {
    type,
    prefix: prefix ?? type,
    description: description ?? `Custom model ${type}.`,
    fields: info,
    device: deviceOf(fields, expressions, order),
  };
  return { ok: true, model };
};
