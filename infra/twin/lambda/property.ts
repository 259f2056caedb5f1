import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/** `value` as an object, or an empty one. Arrays are not objects here. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // A JSON object: every key a string, every value unknown.
      (value as Record<string, unknown>)
    : {};

/** A string property, or undefined when it is absent or not a string. */
export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export type Range = { default: number; min: number; max: number };

/**
 * A whole-number property; CloudFormation accepts `"30"` for `30`, so the twin does too.
 * Throws TwinError `bad_property` outside `min`..`max`, as a deployment would fail.
 */
export const integerProperty = (resource: Resource, name: string, range: Range): number => {
  const value = resource.properties[name];
  if (value === undefined) return range.default;
  const number = Number(value);
  if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
  throw new TwinError(
    'bad_property',
    `${resource.type} ${resource.logicalId}: ${name} must be a whole number from ${range.min} to ${range.max}, not ${JSON.stringify(value)}.`,
  );
};
