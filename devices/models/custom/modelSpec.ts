import * as z from 'zod/mini';

import { expected, object } from '../../fields.ts';
import { fieldName } from './expression.ts';
import { fieldSpec } from './fieldSpec.ts';

const maxFields = 256;
export const maxModels = 64;

/** What a payload has of its own. */
const reserved = ['ts', 'seq', 'boot', 'type', '__proto__'];

const name = (what: string, most: number) =>
  z
    .string(expected(what))
    .check(z.refine((text) => /^[A-Za-z0-9:_-]+$/.test(text) && text.length <= most, expected(what)));

const nameOfField = z.string().check(
  z.refine((text) => fieldName.test(text) && !reserved.includes(text), {
    error: `expected a name of letters, digits and "_" that is none of ${reserved.slice(0, 4).join(', ')}`,
  }),
);

const fields = z.record(nameOfField, fieldSpec, expected('fields, each with its name')).check(
  z.refine((all) => Object.keys(all).length > 0, { error: 'expected at least one field' }),
  z.refine((all) => Object.keys(all).length <= maxFields, { error: `expected at most ${maxFields} fields` }),
);

/** A custom model as its file has it. */
export const modelSpec = object(
  {
    type: name('a type of up to 64 letters, digits, ":", "_" and "-"', 64),
    prefix: z.optional(name('a prefix of up to 64 letters, digits, ":", "_" and "-"', 64)),
    description: z.optional(
      z.string(expected('a text')).check(z.maxLength(200, expected('at most 200 characters'))),
    ),
    fields,
  },
  'a model: type, fields and, if you like, prefix and description',
);

export type ModelSpec = z.infer<typeof modelSpec>;
