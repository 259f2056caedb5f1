import { toJSONSchema, type $ZodType } from 'zod/v4/core';
import { fieldWords } from './words.ts';

/** A JSON Schema of draft 7, which AsyncAPI's Schema Object is a superset of. */
export type JsonSchema = { [key: string]: JsonSchemaValue };
type JsonSchemaValue = string | number | boolean | null | JsonSchemaValue[] | JsonSchema;

/** Any JSON value. In the contract only the data of a reading is recursive, so one definition serves all. */
export const anyJson = { description: 'Any JSON value.' };
const anyJsonRef = '#/components/schemas/json';

type Kind = 'request' | 'frame';
type Where = { kind: Kind; message: string; path: readonly string[] };

const isObject = (value: JsonSchemaValue | undefined): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says what the property at `path` is. Throws where words.ts says nothing: every property has a description. */
const wordsAt = ({ kind, message, path }: Where): string => {
  const name = path.at(-1) ?? '';
  const keys = [`${kind}.${message}.${path.join('.')}`, path.slice(-2).join('.'), name];
  const found = keys.map((key) => fieldWords[key]).find((words) => words !== undefined);
  if (found === undefined) throw new Error(`words.ts must say what "${path.join('.')}" of ${message} is.`);
  return found;
};

const properties = (all: JsonSchema, where: Where): JsonSchema =>
  Object.fromEntries(
    Object.entries(all).map(([name, schema]) => {
      const at = { ...where, path: [...where.path, name] };
      return [name, { ...(tidied(schema, at) as JsonSchema), description: wordsAt(at) }]; // a property's schema is an object
    }),
  );

/** Noise of the conversion, and what is put elsewhere. */
const left = ['$schema', 'definitions', 'propertyNames'];

/** Strict for requests only: of a frame a client ignores what it does not know. */
const isLeft = (key: string, value: JsonSchemaValue, { kind }: Where): boolean =>
  left.includes(key) || (kind === 'frame' && key === 'additionalProperties' && value === false);

const tidied = (value: JsonSchemaValue, where: Where): JsonSchemaValue => {
  if (Array.isArray(value)) return value.map((item) => tidied(item, where));
  if (!isObject(value)) return value;
  if (typeof value['$ref'] === 'string') return { $ref: anyJsonRef };
  const kept = Object.entries(value).filter(([key, member]) => !isLeft(key, member, where));
  return Object.fromEntries(
    kept.map(([key, member]) => [
      key,
      key === 'properties' && isObject(member) ? properties(member, where) : tidied(member, where),
    ]),
  );
};

/** The schema of one message, with a description at each property. */
export const payloadSchema = (schema: $ZodType, kind: Kind, message: string): JsonSchema => {
  const json = toJSONSchema(schema, { target: 'draft-07', io: 'input' }) as JsonSchema; // JSON by its nature
  return tidied(json, { kind, message, path: [] }) as JsonSchema; // an object stays one
};
