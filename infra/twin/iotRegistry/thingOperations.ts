import { randomUUID } from 'node:crypto';
import { isObject } from '../json.ts';
import { invalid, IotError } from './iotError.ts';
import type { Thing } from './registryTypes.ts';
import {
  certificateArn,
  certificateAt,
  changing,
  existingThing,
  thingArn,
  thingNameIn,
  type Context,
  type Operation,
} from './context.ts';
import { pageOf } from './page.ts';

const attributesIn = (payload: unknown): Readonly<Record<string, string>> => {
  const attributes = isObject(payload) ? (payload['attributes'] ?? {}) : {};
  const entries = isObject(attributes) ? Object.entries(attributes) : [];
  // 50 for things with a type is not there, as the twin has no types (AWS General Reference, "AWS IoT thing quotas": 3).
  if (entries.length > 3) throw invalid('A thing without a type has at most 3 attributes.');
  return Object.fromEntries(entries.map(([name, value]) => [attributeName(name), attributeValue(value)]));
};

/** AWS IoT API reference, AttributePayload. */
const attributeName = (name: string): string => {
  if (/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(name)) return name;
  throw invalid(`${JSON.stringify(name)} cannot be the name of an attribute.`);
};

const attributeValue = (value: unknown): string => {
  if (typeof value === 'string' && /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/.test(value)) return value;
  throw invalid(`${JSON.stringify(value)} cannot be the value of an attribute.`);
};

const isSame = (a: Thing['attributes'], b: Thing['attributes']): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Again with the same attributes it answers as the first time, with others it is refused. */
export const createThing = changing(async (context, call) => {
  const name = thingNameIn(call);
  if (call.body['thingTypeName'] !== undefined) throw invalid('The twin has no thing types.');
  if (call.body['billingGroupName'] !== undefined) throw invalid('The twin has no billing groups.');
  const attributes = attributesIn(call.body['attributePayload']);
  const found = context.registry.thing(name);
  if (found !== undefined && !isSame(found.attributes, attributes)) {
    const resource = { resourceId: found.thingId, resourceArn: thingArn(context, name) };
    throw new IotError(
      'ResourceAlreadyExistsException',
      `Thing ${name} exists with other attributes.`,
      resource,
    );
  }
  const thing = found ?? { thingName: name, thingId: randomUUID(), attributes, version: 1, certificates: [] };
  if (found === undefined) await context.registry.putThing(thing);
  return { thingName: name, thingArn: thingArn(context, name), thingId: thing.thingId };
});

export const describeThing: Operation = async (context, call) => {
  const { thingName, thingId, attributes, version } = existingThing(context, thingNameIn(call));
  return {
    defaultClientId: thingName,
    thingName,
    thingId,
    thingArn: thingArn(context, thingName),
    attributes,
    version,
  };
};

/** Also done when there is no such thing. */
export const deleteThing = changing(async (context, call) => {
  const name = thingNameIn(call);
  const thing = context.registry.thing(name);
  if (thing === undefined) return {};
  const { expectedVersion } = call.query;
  if (expectedVersion !== undefined && Number(expectedVersion) !== thing.version)
    throw new IotError('VersionConflictException', `Thing ${name} has version ${thing.version}.`);
  if (thing.certificates.length > 0)
    throw invalid(`Thing ${name} is still attached to ${thing.certificates.length} principals.`);
  context.registry.removeThing(name);
  return {};
});

export const listThings: Operation = async (context, { query }) => {
  const { attributeName: name, attributeValue: value, usePrefixAttributeValue } = query;
  if (query['thingTypeName'] !== undefined) return { things: [] };
  const fits = ({ attributes }: Thing): boolean => {
    const has = name === undefined ? undefined : attributes[name];
    if (name === undefined || value === undefined) return name === undefined || has !== undefined;
    return usePrefixAttributeValue === 'true' ? (has?.startsWith(value) ?? false) : has === value;
  };
  const page = pageOf(context.registry.things().filter(fits), ({ thingName }) => thingName, {
    size: query['maxResults'],
    token: query['nextToken'],
  });
  const things = page.items.map(({ thingName, attributes, version }) => ({
    thingName,
    thingArn: thingArn(context, thingName),
    attributes,
    version,
  }));
  return { things, nextToken: page.nextToken };
};

const withCertificates = (thing: Thing, certificates: Iterable<string>): Thing => ({
  ...thing,
  certificates: [...new Set(certificates)].sort(),
});

/** Again it changes nothing. The twin has no exclusive attachment. */
export const attachThingPrincipal = changing(async (context, call) => {
  if (call.query['thingPrincipalType'] === 'EXCLUSIVE_THING')
    throw invalid('The twin has no exclusive things; attach it as NON_EXCLUSIVE_THING.');
  const { certificateId } = certificateAt(context, call.principal);
  const thing = existingThing(context, thingNameIn(call));
  await context.registry.putThing(withCertificates(thing, [...thing.certificates, certificateId]));
  return {};
});

export const detachThingPrincipal = changing(async (context, call) => {
  const { certificateId } = certificateAt(context, call.principal);
  const thing = existingThing(context, thingNameIn(call));
  await context.registry.putThing(
    withCertificates(
      thing,
      thing.certificates.filter((id) => id !== certificateId),
    ),
  );
  return {};
});

const paged = (call: Parameters<Operation>[1]) => ({
  size: call.query['maxResults'],
  token: call.query['nextToken'],
});

export const listThingPrincipals: Operation = async (context, call) => {
  const { certificates } = existingThing(context, thingNameIn(call));
  const { items, nextToken } = pageOf(certificates, (id) => id, paged(call));
  return { principals: items.map((id) => certificateArn(context, id)), nextToken };
};

export const listPrincipalThings: Operation = async (context, call) => {
  const { certificateId } = certificateAt(context, call.principal);
  const { items, nextToken } = pageOf(thingsOf(context, certificateId), (name) => name, paged(call));
  return { things: items, nextToken };
};

/** Names of the things that a certificate is attached to. */
export const thingsOf = ({ registry }: Context, certificateId: string): readonly string[] =>
  registry
    .things()
    .filter(({ certificates }) => certificates.includes(certificateId))
    .map(({ thingName }) => thingName);
