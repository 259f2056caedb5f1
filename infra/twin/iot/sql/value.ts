import { Buffer } from 'node:buffer';

/**
 * A value of rule SQL: any JSON value, or Undefined. Numbers are doubles; AWS computes with 34 digits, so integers
 * above 2^53 and fractions finer than a double differ here.
 */
export type Value = string | number | boolean | null | undefined | Value[] | { [key: string]: Value };

export const isObject = (value: Value): value is { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text AWS parses as a Decimal (AWS IoT developer guide, "Data types", Conversions). */
const decimalText = /^-?\d+(\.\d+)?(E-?\d+)?$/i;

/** Conversion to Decimal: numbers and numeric text; anything else is Undefined. */
export const toDecimal = (value: Value): number | undefined => {
  if (typeof value === 'string') return decimalText.test(value) ? finite(Number(value)) : undefined;
  return typeof value === 'number' ? finite(value) : undefined;
};

/** Conversion to Int: a Decimal goes to the nearest, text is cut off after the point. */
export const toInt = (value: Value): number | undefined => {
  const decimal = toDecimal(value);
  if (decimal === undefined) return undefined;
  return typeof value === 'string' ? Math.trunc(decimal) : Math.round(decimal);
};

/** Conversion to Boolean: booleans and the words true and false in any case; anything else is Undefined. */
export const toBoolean = (value: Value): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
};

/** Conversion to String: containers as JSON; Null and Undefined give Undefined. */
export const toText = (value: Value): string | undefined => {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Equality of two values that are not Undefined. Different types are not equal; the order of keys does not matter. */
export const isEqual = (left: Value, right: Value): boolean => {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, i) => isEqual(item, right[i]));
  if (!isObject(left) || !isObject(right)) return left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
  );
};

/** What base64 text stands for, or undefined when it is not base64 (RFC 4648 section 4). */
export const fromBase64 = (text: string): Buffer | undefined => {
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64') : undefined;
};

/** A result that no number can hold is no value: JSON has no infinity. */
export const finite = (number: number): number | undefined => (Number.isFinite(number) ? number : undefined);
