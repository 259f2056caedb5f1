import { isObject, type JsonObject } from './json.ts';
import type { Resource } from './resource.ts';
import { TwinError } from './twinError.ts';

/** A TwinError that names resource and property. `what` continues the sentence after the property's name. */
export const badProperty = ({ type, logicalId }: Resource, property: string, what: string): TwinError =>
  new TwinError('bad_property', `${type} "${logicalId}": ${property} ${what}.`);

/** A string property, or undefined when it is absent. Throws TwinError `bad_property` for anything else. */
export const optionalText = (resource: Resource, property: string): string | undefined => {
  const value = resource.properties[property];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badProperty(resource, property, 'must be a string');
  return value;
};

/** A string property that is not empty. Throws TwinError `bad_property` without one. */
export const requiredText = (resource: Resource, property: string): string => {
  const value = optionalText(resource, property);
  if (value === undefined || value === '') throw badProperty(resource, property, 'is missing');
  return value;
};

/** A map; `{}` when the property is absent. Throws TwinError `bad_property` for anything else. */
export const record = (resource: Resource, property: string): JsonObject => {
  const value = resource.properties[property] ?? {};
  if (isObject(value)) return value;
  throw badProperty(resource, property, 'must be a map');
};

/** A non-negative number found at `property`; CloudFormation also writes numbers as strings. */
export const numberIn = (resource: Resource, property: string, value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  throw badProperty(resource, property, 'must be a number, not negative');
};

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
  const given = JSON.stringify(value);
  throw badProperty(resource, name, `must be a whole number from ${range.min} to ${range.max}, not ${given}`);
};
