import fc from 'fast-check';
import type { Condition } from './protocol.ts';
import type { JsonValue } from './reading.ts';
import { compileWhere, matches, usesLast } from './where.ts';

type Data = Record<string, JsonValue>;
type Last = Record<string, number>;
type Case = { where: Condition[]; data: Data; last: Last | undefined };

/** Few of them, so that condition, data and last update meet; among them what every JavaScript object answers to. */
const field = fc.constantFrom('x', 'y', 'x.y', 'constructor', '__proto__', 'toString', 'length', '0', '🙂');
const numbers = [-0, 0, 1, -1, 1.5, 21.4, 5e-324, 2 ** 53 - 1, -(2 ** 53), 1e308, -1e308];
const finite = fc.oneof(fc.constantFrom(...numbers), fc.double({ noNaN: true, noDefaultInfinity: true }));
const text = fc.oneof(
  fc.constantFrom('', '0', '1', '21.4', '1e308', 'true', 'null', 'on', 'ON'),
  fc.string({ maxLength: 8, unit: 'binary' }),
);
const scalar = fc.oneof({ weight: 3, arbitrary: finite }, text, fc.boolean(), fc.constant(null));
const nested = fc.oneof(
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom<JsonValue>({}, { x: 1 }, [{ x: 1 }], { constructor: 0 }),
);
const value: fc.Arbitrary<JsonValue> = fc.oneof({ weight: 6, arbitrary: scalar }, nested);

/** As JSON.parse makes them: even `__proto__` is a key of its own. */
const recordOf = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.array(fc.tuple(field, of), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));

const step = fc.constantFrom(5e-324, 0.1, 0.5, 1, 2.5, 1e308);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field,
    op: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
    value: finite,
  }),
  fc.record({ field, op: fc.constantFrom('==' as const, '!=' as const), value: scalar }),
  fc.record({ field, op: fc.constant('exists' as const), value: fc.boolean() }),
  fc.record({ field, op: fc.constant('exists' as const) }),
  fc.record({ field, op: fc.constant('changedBy' as const), value: step }),
);

/** A condition that the data fulfils. By chance alone `==` hardly ever would. */
const fitting = (data: Data, pick: number): Condition => {
  const entries = Object.entries(data);
  const [name, x] = entries[pick % entries.length] ?? ['absent', undefined];
  if (x === undefined) return { field: name, op: 'exists', value: false };
  if (typeof x === 'number')
    return { field: name, op: (['==', '>=', '<='] as const)[pick % 3] ?? '==', value: x };
  return x !== null && typeof x === 'object'
    ? { field: name, op: 'exists' }
    : { field: name, op: '==', value: x };
};

const aCase: fc.Arbitrary<Case> = fc
  .record({
    data: recordOf(value),
    last: fc.option(recordOf(finite), { nil: undefined }),
    parts: fc.array(fc.oneof(condition, fc.nat()), { minLength: 1, maxLength: 8, size: 'xsmall' }),
  })
  .map(({ data, last, parts }) => ({
    data,
    last,
    where: parts.map((part) => (typeof part === 'number' ? fitting(data, part) : part)),
  }));

const jsonType = (x: JsonValue): string => (x === null ? 'null' : Array.isArray(x) ? 'array' : typeof x);

/** What a condition means, said again without regard to cost. */
const holds = (condition: Condition, data: Map<string, JsonValue>, last: Map<string, number>): boolean => {
  const x = data.get(condition.field);
  if (condition.op === 'exists') return data.has(condition.field) === (condition.value !== false);
  if (x === undefined || jsonType(x) !== jsonType(condition.value)) return false;
  const same = JSON.stringify(x) === JSON.stringify(condition.value);
  if (condition.op === '==') return same;
  if (condition.op === '!=') return !same;
  const number = Number(x);
  const before = last.get(condition.field);
  switch (condition.op) {
    case '>':
      return number > condition.value;
    case '>=':
      return same || number > condition.value;
    case '<':
      return number < condition.value;
    case '<=':
      return same || number < condition.value;
    case 'changedBy':
      return before === undefined || Math.max(number - before, before - number) >= condition.value;
  }
};

const reference = ({ where, data, last }: Case): boolean => {
  const fields = new Map(Object.entries(data));
  const before = new Map(Object.entries(last ?? {}));
  return where.every((condition) => holds(condition, fields, before));
};

/**
 * Holds `compileWhere` and `matches` to a naive reference on `runs` random pairs of `where` and reading, hostile ones among
 * them, and `usesLast` to its word.
 *
 * @throws Error with the smallest counterexample and the seed to see it again.
 */
export const whereAgreesWithReference = (
  runs: number,
  seed?: number,
): { runs: number; matched: number; seed: number } => {
  let matched = 0;
  const property = fc.property(aCase, (pair) => {
    const { where, data, last } = pair;
    const expected = reference(pair);
    if (expected) matched += 1;
    const test = compileWhere(where);
    if (!usesLast(where) && test(data) !== expected) return false;
    return [test(data, last), matches(where, data, last), matches(where, data, last)].every(
      (x) => x === expected,
    );
  });
  const details = fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  if (details.failed) throw new Error(fc.defaultReportMessage(details));
  return { runs, matched, seed: details.seed };
};
