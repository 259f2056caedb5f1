import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseSettings, type SettingsInput } from './settings.ts';
import { FieldcastStack } from './stack.ts';

/** Stands for the built page. */
const page = fileURLToPath(new URL('../dashboard/web/public', import.meta.url));

/** An app whose functions have no code, which takes long to bundle and is no matter in a template. */
export const appWithoutCode = (): App => new App({ context: { 'aws:cdk:bundling-stacks': [] } });

export const stackOf = (input: SettingsInput, app = appWithoutCode()): FieldcastStack =>
  new FieldcastStack(app, 'Test', { settings: parseSettings(input), page });

/** The template of the stack. Throws where its resources depend on each other in a circle. */
export const templateOf = (input: SettingsInput): Template => Template.fromStack(stackOf(input));

export type Properties = Record<string, unknown>;

/** The properties of every resource of a type, by logical id. */
export const resourcesIn = (template: Template, type: string): Record<string, Properties> =>
  Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, { Properties = {} }]) => [
      id,
      Properties as Properties,
    ]),
  );

/** The properties of the only resource of a type whose logical id begins so. */
export const onlyOne = (template: Template, type: string, beginning = ''): Properties => {
  const [found, ...others] = Object.entries(resourcesIn(template, type)).filter(([id]) =>
    id.startsWith(beginning),
  );
  if (found === undefined || others.length > 0)
    throw new Error(
      `One ${type} ${beginning} was expected, there are ${found === undefined ? 0 : others.length + 1}.`,
    );
  return found[1];
};

/** A text of the template, what it refers to by name. */
export const inPlain = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': get,
  } = value as {
    Ref?: string;
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: [string, string];
  };
  if (get !== undefined) return get.join('.');
  return Ref ?? (join?.[1] ?? []).map(inPlain).join(join?.[0]);
};
