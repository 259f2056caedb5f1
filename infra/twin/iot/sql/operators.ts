import type { BinaryOperator } from './expression.ts';
import { finite, isEqual, toBoolean, toDecimal, toText, type Value } from './value.ts';

/**
 * What `left operator right` comes to (AWS IoT developer guide, "Operators"). Three-valued: whatever a table there
 * does not list is Undefined, so `false AND missing` is Undefined too, not false.
 */
export const applyOperator = (operator: BinaryOperator, left: Value, right: Value): Value => {
  switch (operator) {
    case 'AND':
    case 'OR':
      return logical(operator, toBoolean(left), toBoolean(right));
    case '=':
    case '<>':
      if (left === undefined || right === undefined) return undefined;
      return isEqual(left, right) === (operator === '=');
    case '+':
      return add(left, right);
    default:
      return numeric(operator, toDecimal(left), toDecimal(right));
  }
};

export const negate = (value: Value): Value => {
  const number = toDecimal(value);
  return number === undefined ? undefined : -number;
};

export const not = (value: Value): Value => {
  const truth = toBoolean(value);
  return truth === undefined ? undefined : !truth;
};

const logical = (
  operator: 'AND' | 'OR',
  left: boolean | undefined,
  right: boolean | undefined,
): boolean | undefined => {
  if (left === undefined || right === undefined) return undefined;
  return operator === 'AND' ? left && right : left || right;
};

/** With text on either side `+` joins; otherwise it adds numbers and nothing else. */
const add = (left: Value, right: Value): Value => {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right);
  if (typeof left !== 'string' && typeof right !== 'string') return undefined;
  const [first, second] = [toText(left), toText(right)];
  return first === undefined || second === undefined ? undefined : first + second;
};

type NumericOperator = Exclude<BinaryOperator, 'AND' | 'OR' | '=' | '<>' | '+'>;

const numeric = (operator: NumericOperator, left: number | undefined, right: number | undefined): Value => {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '-':
      return finite(left - right);
    case '*':
      return finite(left * right);
    case '/':
      return divide(left, right);
    case '%':
      return finite(left % right);
  }
};

/** Int / Int is an Int. 10.0 is the Int 10 in version 2016-03-23, so every whole number counts as one. */
const divide = (left: number, right: number): number | undefined => {
  const quotient = finite(left / right);
  if (quotient === undefined) return undefined;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(quotient) : quotient;
};
