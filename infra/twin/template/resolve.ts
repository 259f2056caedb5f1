import { isObject } from '../json.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { identities, type Identity } from './identities.ts';
import { localise, localiseAll, pseudoParameters, type Place } from './place.ts';
import type { Template, TemplateResource } from './template.ts';

/** A template with every intrinsic replaced by its value. */
export type Resolved = {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
};

/** What `AWS::NoValue` becomes: the property that holds it is left out. */
const noValue = Symbol('AWS::NoValue');

/** `Rules` and `Metadata` have no effect on what is created. */
const knownSections = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

const unknownIntrinsic = (name: string, path: string) =>
  new TwinError(
    'unknown_intrinsic',
    `The twin does not know ${name}, which the template uses at ${path}; write the value without it.`,
  );

const misused = (name: string, path: string) =>
  new TwinError('bad_intrinsic', `${name} at ${path} is not of the form that CloudFormation describes.`);

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
    if (resource === undefined)
      throw new TwinError(
        'unknown_reference',
        `${path} refers to "${logicalId}", which the template does not have.`,
      );
    if (underWay.has(logicalId))
      throw new TwinError('circular_reference', `The name of "${logicalId}" depends on itself (at ${path}).`);
    underWay.add(logicalId);
    const identity = identify(logicalId, resource);
    known.set(logicalId, identity);
    return identity;
  };

  const identify = (logicalId: string, { Type, Properties = {}, Condition }: TemplateResource): Identity => {
    const of = Object.hasOwn(identities, Type) ? identities[Type] : undefined;
    if (of === undefined)
      throw new TwinError(
        'unknown_resource_type',
        `The twin cannot run ${logicalId}: it does not know ${Type}.`,
      );
    if (Condition !== undefined) throw unknownIntrinsic('Condition', `Resources.${logicalId}`);
    const text = (property: string): string | undefined => {
      const value = Properties[property];
      return value === undefined ? undefined : textAt(value, `Resources.${logicalId}.Properties.${property}`);
    };
    return of({ logicalId, stackName: place.stackName, region: place.region, text });
  };

  const reference = (name: unknown, path: string): unknown => {
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
    const value = identityOf(logicalId, path).attributes[name];
    if (value === undefined)
      throw new TwinError(
        'unknown_attribute',
        `The twin does not know the attribute ${logicalId}.${name}, used at ${path}.`,
      );
    return value;
  };

  const textAt = (value: unknown, path: string): string => {
    const resolved = resolve(value, path);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new TwinError('text_expected', `Text is expected at ${path}.`);
  };

  const join = (argument: unknown, path: string): string => {
    if (!Array.isArray(argument) || typeof argument[0] !== 'string') throw misused('Fn::Join', path);
    const pieces = resolve(argument[1], path);
    if (!Array.isArray(pieces)) throw misused('Fn::Join', path);
    return pieces.map((piece, n) => textAt(piece, `${path}.${n}`)).join(argument[0]);
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

  const select = (argument: unknown, path: string): unknown => {
    const [index, list] = Array.isArray(argument) ? (argument as unknown[]) : [];
    const values = resolve(list, path);
    if (!Array.isArray(values) || values[Number(index)] === undefined) throw misused('Fn::Select', path);
    return values[Number(index)];
  };

  const split = (argument: unknown, path: string): string[] => {
    const [separator, text] = Array.isArray(argument) ? (argument as unknown[]) : [];
    if (typeof separator !== 'string') throw misused('Fn::Split', path);
    return textAt(text, path).split(separator);
  };

  const intrinsics: Record<string, (argument: unknown, path: string) => unknown> = {
    Ref: reference,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    'Fn::Select': select,
    'Fn::Split': split,
    'Fn::Sub': substitute,
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

  const resources = Object.entries(template.Resources).map(
    ([logicalId, { Type, Properties = {} }]): Resource => {
      const path = `Resources.${logicalId}.Properties`;
      const { ref } = identityOf(logicalId, path);
      const properties = localiseAll(resolveMembers(Properties, path), place);
      return { logicalId, type: Type, ref: localise(ref, place), properties };
    },
  );
  const outputs = Object.entries(template.Outputs ?? {}).map(
    ([name, { Value }]) => [name, localise(textAt(Value, `Outputs.${name}.Value`), place)] as const,
  );
  return { resources, outputs: Object.fromEntries(outputs) };
};
