import { limits } from '../fanout/limits.ts';
import type { Condition } from '../fanout/protocol.ts';

/** The text is no condition; the message says what was expected. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

const expected = `Give a condition such as 'temperature>30', 'door==true', 'name!=x', 'temperature changedBy 0.5' or 'humidity exists'.`;

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const isNumber = (text: string): boolean => jsonNumber.test(text) && Number.isFinite(Number(text));

const numberAfter = (op: string, text: string): number => {
  if (isNumber(text)) return Number(text);
  throw new ConditionError(`Give a number after "${op}", as in 'temperature${op}30'.`);
};

const unquoted = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No JSON text parses to undefined.
  }
};

/** true, false, null, a number, a text in double quotes; anything else is a text as it stands. */
const literal = (text: string): string | number | boolean | null => {
  if (isNumber(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  const inner = text.startsWith('"') ? unquoted(text) : undefined;
  const value = typeof inner === 'string' ? inner : text;
  if (value.length <= limits.whereTextCharacters) return value;
  throw new ConditionError(`Give a text of at most ${limits.whereTextCharacters} characters.`);
};

const fieldIn = (text: string): string => {
  const field = text.trim();
  if (field.length > 0 && field.length <= limits.fieldCharacters) return field;
  throw new ConditionError(expected);
};

const comparison = (before: string, op: string, after: string): Condition => {
  const [field, value] = [fieldIn(before), after.trim()];
  if (value === '') throw new ConditionError(`Give a value after "${op}". ${expected}`);
  switch (op) {
    case '>':
    case '>=':
    case '<':
    case '<=':
      return { field, op, value: numberAfter(op, value) };
    case '==':
    case '!=':
      return { field, op, value: literal(value) };
    default:
      throw new ConditionError(`"${op}" is no operator: use == or !=. ${expected}`);
  }
};

/** `… exists`, `… exists false` and `… changedBy N`, the operator as a word of its own. */
const inWords = (text: string): Condition => {
  const words = text.trim().split(/\s+/);
  if (words.at(-1) === 'exists') return { field: fieldIn(words.slice(0, -1).join(' ')), op: 'exists' };
  const [op, value = ''] = words.slice(-2);
  const field = words.slice(0, -2).join(' ');
  if (op === 'exists' && (value === 'true' || value === 'false'))
    return { field: fieldIn(field), op, value: value === 'true' };
  if (op !== 'changedBy') throw new ConditionError(expected);
  const least = Number(value);
  if (isNumber(value) && least > 0) return { field: fieldIn(field), op, value: least };
  throw new ConditionError(`Give a number above 0 after "changedBy", as in 'temperature changedBy 0.5'.`);
};

/**
 * A condition as a person writes it. The first operator counts, so that a value may hold others.
 *
 * @throws ConditionError
 */
export const parseCondition = (text: string): Condition => {
  const [op] = /[<>=!]=?/.exec(text) ?? [];
  if (op === undefined) return inWords(text);
  const at = text.indexOf(op);
  return comparison(text.slice(0, at), op, text.slice(at + op.length));
};

/** A condition for people to read. */
export const describeCondition = (condition: Condition): string => {
  const { field, op, value } = condition;
  if (op === 'exists') return `${field} ${value === false ? 'is absent' : 'exists'}`;
  return op === 'changedBy' ? `${field} changedBy ${value}` : `${field} ${op} ${JSON.stringify(value)}`;
};

/** A condition as {@link parseCondition} reads it. */
export const formatCondition = (condition: Condition): string =>
  condition.op === 'exists' && condition.value === false
    ? `${condition.field} exists false`
    : describeCondition(condition);
