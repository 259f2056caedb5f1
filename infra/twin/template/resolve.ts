import { isObject, own } from '../json.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { readConditions } from './conditions.ts';
import { identityOfType } from './identities.ts';
import type { Identity } from './identity.ts';
import { misused, unknownIntrinsic } from './intrinsicError.ts';
import { localise, localiseAll, pseudoParameters, type Place } from './place.ts';
import { pureIntrinsics, type Intrinsic } from './pureIntrinsics.ts';
import type { Template, TemplateResource } from './template.ts';

/** A template with every intrinsic replaced by its value. */
export type Resolved = {
  /** Those whose condition holds, or that have none. */
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
};

/** What `AWS::NoValue` becomes: the property that holds it is left out. */
const noValue = Symbol('AWS::NoValue');

/** `Rules` and `Metadata` have no effect on what is created. */
const knownSections = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** A JSON object with the one key `Ref` or `Fn::…` is an intrinsic; a plain property may be called anything else. */
const intrinsicIn = (value: Record<string, unknown>): [string, unknown] | undefined => {
  const [entry, ...rest] = Object.entries(value);
  if (entry === undefined || rest.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
};

/**
 * Resolves a template. Throws a {@link TwinError} that names what the twin does not know: a resource type, an
 * intrinsic, an attribute, a reference to nothing.
 */
export const resolveTemplate = (template: Template, place: Place): Resolved => {
  for (const section of Object.keys(template))
    if (!knownSections.has(section))
      throw new TwinError(
        'unknown_section',
        `The twin does not know the template's section ${section}; leave it out.`,
      );
  const pseudo = pseudoParameters(place);
  const known = new Map<string, Identity>();
  const underWay = new Set<string>();

  const identityOf = (logicalId: string, path: string): Identity => {
    const found = known.get(logicalId);
    if (found !== undefined) return found;
    const resource = template.Resources[logicalId];
    if (resource === undefined || !isPresent(resource, `Resources.${logicalId}`))
      throw new TwinError(
        'unknown_reference',
        `${path} refers to "${logicalId}", which the template does not have${resource ? ' under its condition' : ''}.`,
      );
    if (underWay.has(logicalId))
      throw new TwinError('circular_reference', `The name of "${logicalId}" depends on itself (at ${path}).`);
    underWay.add(logicalId);
    const identity = identify(logicalId, resource);
    known.set(logicalId, identity);
    return identity;
  };

  const identify = (logicalId: string, { Type, Properties = {} }: TemplateResource): Identity => {
    const of = identityOfType(Type);
    if (of === undefined)
      throw new TwinError(
        'unknown_resource_type',
        `The twin cannot run ${logicalId}: it does not know ${Type}.`,
      );
    const text = (property: string): string | undefined => {
      const path = `Resources.${logicalId}.Properties.${property}`;
      const value = resolve(Properties[property], path);
      return value === undefined || value === noValue ? undefined : asText(value, path);
    };
    return of({ logicalId, stackName: place.stackName, region: place.region, text });
  };

  const reference: Intrinsic = (name, path) => {
    if (typeof name !== 'string') throw misused('Ref', path);
    if (name === 'AWS::NoValue') return noValue;
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = template.Parameters?.[name];
    if (parameter === undefined) return identityOf(name, path).ref;
    if (parameter.Default === undefined)
      throw new TwinError(
        'parameter_without_default',
        `Give the template's parameter "${name}" a default (used at ${path}).`,
      );
    return parameter.Default;
  };

  const attribute = (argument: unknown, path: string): string => {
    const [logicalId, ...names] =
      typeof argument === 'string'
        ? argument.split('.')
        : Array.isArray(argument)
          ? (argument as unknown[])
          : [];
    const name = names.join('.');
    if (typeof logicalId !== 'string' || name === '') throw misused('Fn::GetAtt', path);
    const { attributes, anyAttribute } = identityOf(logicalId, path);
    const value = attributes[name] ?? anyAttribute?.(name);
    if (value === undefined)
      throw new TwinError(
        'unknown_attribute',
        `The twin does not know the attribute ${logicalId}.${name}, used at ${path}.`,
      );
    return value;
  };

  const substitute = (argument: unknown, path: string): string => {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as unknown[];
    if (typeof text !== 'string' || !isObject(variables)) throw misused('Fn::Sub', path);
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return textAt(variables[name], path);
      return name.includes('.') ? attribute(name, path) : textAt({ Ref: name }, path);
    });
  };

  const choose: Intrinsic = (argument, path) => {
    if (!Array.isArray(argument) || argument.length !== 3) throw misused('Fn::If', path);
    const [condition, then, otherwise] = argument as unknown[];
    return resolve(holds(condition, path) ? then : otherwise, path);
  };

  const lookUp: Intrinsic = (argument, path) => {
    const [map, ...keys] = Array.isArray(argument) ? (argument as unknown[]) : [];
    const names = [map, ...keys.slice(0, 2)].map((name) => textAt(name, path));
    const value = names.reduce<unknown>(own, template.Mappings);
    if (value === undefined) throw misused('Fn::FindInMap', path);
    return resolve(value, path);
  };

  const resolve = (value: unknown, path: string): unknown => {
    if (Array.isArray(value))
      return value.map((item, n) => resolve(item, `${path}.${n}`)).filter((item) => item !== noValue);
    if (!isObject(value)) return value;
    const intrinsic = intrinsicIn(value);
    if (intrinsic === undefined) return resolveMembers(value, path);
    const [name, argument] = intrinsic;
    const evaluate = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    if (evaluate === undefined) throw unknownIntrinsic(name, path);
    return evaluate(argument, path);
  };

  const resolveMembers = (value: Record<string, unknown>, path: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value)
        .map(([key, member]) => [key, resolve(member, `${path}.${key}`)] as const)
        .filter(([, member]) => member !== noValue),
    );

  const textAt = (value: unknown, path: string): string => asText(resolve(value, path), path);

  const intrinsics: Record<string, Intrinsic> = {
    ...pureIntrinsics({ resolve, textAt }),
    Ref: reference,
    'Fn::FindInMap': lookUp,
    'Fn::GetAtt': attribute,
    'Fn::If': choose,
    'Fn::Sub': substitute,
  };
  const holds = readConditions(template.Conditions, resolve);
  const isPresent = ({ Condition }: { Condition?: string }, path: string): boolean =>
    Condition === undefined || holds(Condition, path);

  const resources = Object.entries(template.Resources)
    .filter(([logicalId, resource]) => isPresent(resource, `Resources.${logicalId}`))
    .map(([logicalId, { Type, Properties = {} }]): Resource => {
      const path = `Resources.${logicalId}.Properties`;
      const { ref } = identityOf(logicalId, path);
      const properties = localiseAll(resolveMembers(Properties, path), place);
      return { logicalId, type: Type, ref: localise(ref, place), properties };
    });
  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([name, output]) => isPresent(output, `Outputs.${name}`))
    .map(([name, { Value }]) => [name, localise(textAt(Value, `Outputs.${name}.Value`), place)] as const);
  return { resources, outputs: Object.fromEntries(outputs) };
};

const asText = (value: unknown, path: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TwinError('text_expected', `Text is expected at ${path}.`);
};
