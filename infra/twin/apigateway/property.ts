import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import type { Report } from './ports.ts';

/** A TwinError that names resource and property. `what` continues the sentence after the property's name. */
export const badProperty = (resource: Resource, property: string, what: string): TwinError =>
  new TwinError('unsupported_property', `${resource.type} "${resource.logicalId}": ${property} ${what}.`);

export const optionalText = (resource: Resource, property: string): string | undefined => {
  const value = resource.properties[property];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badProperty(resource, property, 'must be a string');
  return value;
};

export const requiredText = (resource: Resource, property: string): string => {
  const value = optionalText(resource, property);
  if (value === undefined || value === '') throw badProperty(resource, property, 'is missing');
  return value;
};

/** A non-negative number; CloudFormation also writes numbers as strings. */
export const numberIn = (resource: Resource, property: string, value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  throw badProperty(resource, property, 'must be a number, not negative');
};

/** A map; `{}` when the property is absent. */
export const record = (resource: Resource, property: string): Readonly<Record<string, unknown>> => {
  const value = resource.properties[property] ?? {};
  if (isRecord(value)) return value;
  throw badProperty(resource, property, 'must be a map');
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** Reports every property outside `honoured`. Harmless ones (names, descriptions, tags) are never worth a line. */
export const reportUnhonoured = (resource: Resource, honoured: readonly string[], report: Report): void => {
  const known = new Set([...honoured, 'ApiId', 'Name', 'Description', 'Tags']);
  for (const property of Object.keys(resource.properties))
    if (!known.has(property)) notHonoured(resource, property, report);
};

export const notHonoured = (resource: Resource, property: string, report: Report): void =>
  report(`${resource.type} "${resource.logicalId}": ${property} is not honoured by the twin`);
