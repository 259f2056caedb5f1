import type { Condition } from './protocol.ts';
import type { JsonValue, Reading } from './reading.ts';

type Data = Reading['data'];
/** The numbers of the last update sent, for `changedBy`. */
type Last = Readonly<Record<string, number>>;
type Test = (data: Data, last?: Last) => boolean;

/** Own fields only: `constructor` and its like are fields where the device sent them, and nothing otherwise. */
const fieldOf = (data: Data, field: string): JsonValue | undefined =>
  Object.hasOwn(data, field) ? data[field] : undefined;

const numeric =
  (field: string, holds: (x: number) => boolean): Test =>
  (data) => {
    const x = fieldOf(data, field);
    return typeof x === 'number' && holds(x);
  };

const differs =
  (field: string, value: JsonValue): Test =>
  (data) => {
    const x = fieldOf(data, field);
    // An array, an object and null are all `object` to typeof, and three types in JSON.
    return typeof x === typeof value && (x === null) === (value === null) && x !== value;
  };

const changedBy =
  (field: string, least: number): Test =>
  (data, last) => {
    const x = fieldOf(data, field);
    if (typeof x !== 'number') return false;
    const before = last !== undefined && Object.hasOwn(last, field) ? last[field] : undefined;
    return before === undefined || Math.abs(x - before) >= least;
  };

const compile = (condition: Condition): Test => {
  const { field, op, value } = condition;
  switch (op) {
    case '>':
      return numeric(field, (x) => x > value);
    case '>=':
      return numeric(field, (x) => x >= value);
    case '<':
      return numeric(field, (x) => x < value);
    case '<=':
      return numeric(field, (x) => x <= value);
    case '==':
      return (data) => fieldOf(data, field) === value;
    case '!=':
      return differs(field, value);
    case 'exists':
      return (data) => (fieldOf(data, field) !== undefined) === (value ?? true);
    case 'changedBy':
      return changedBy(field, value);
  }
};

/**
 * The test that a `where` stands for: whether every condition holds for the data of a reading. Total on anything that
 * JSON can say, and it allocates nothing. Fields are those at the top of the data.
 *
 * `> >= < <=` hold for numbers only. `==` and `!=` hold only where both sides are of one JSON type, so that `!= "off"`
 * does not match 5, an absent field, or null. `exists: false` means absent; null is a value. `changedBy` compares with
 * `last` in double precision (21.7 - 21.5 is a little less than 0.2); it holds where `last` has no such number.
 */
export const compileWhere = (where: readonly Condition[]): Test => {
  const tests = where.map(compile);
  return (data, last) => {
    for (const test of tests) if (!test(data, last)) return false;
    return true;
  };
};

const compiled = new WeakMap<readonly Condition[], Test>();

/** {@link compileWhere}, compiled once for each array of conditions, which must not change after. No `where` matches all. */
export const matches = (where: readonly Condition[] | undefined, data: Data, last?: Last): boolean => {
  if (where === undefined) return true;
  let test = compiled.get(where);
  if (test === undefined) compiled.set(where, (test = compileWhere(where)));
  return test(data, last);
};

/** Whether it depends on what was sent before. */
export const usesLast = (where: readonly Condition[] | undefined): boolean =>
  where?.some(({ op }) => op === 'changedBy') ?? false;

/** The numbers at the top of the data, whatever their fields are called: even `__proto__` is a key like any other. */
export const numbersOf = (data: Data): Record<string, number> =>
  Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
