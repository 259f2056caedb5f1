import * as z from 'zod/mini';

import { duration as durationIn, expected, isOneOf, object } from '../../fields.ts';
import { maxExpressionCharacters } from './expression.ts';

/** Ten years and a bit. */
const maxMs = 3.2e11;
const duration = durationIn({
  what: 'a duration such as 30s, 10m, 24h or 7d, up to 10 years',
  mostMs: maxMs,
});

const bounded = (what: string, least: number, most: number) =>
  z.number(expected(what)).check(z.gte(least, expected(what)), z.lte(most, expected(what)));
/** Beyond it a payload's number is refused. */
const furthest = 1e15;
const number = bounded('a number', -furthest, furthest);
const positive = bounded('a number above 0', Number.MIN_VALUE, furthest);
const notNegative = bounded('a number of 0 or more', 0, furthest);

const scalarText = 'a number, a text of up to 256 characters, true or false';
const scalar = z.union([number, z.string().check(z.maxLength(256)), z.boolean()], expected(scalarText));
export type Scalar = z.infer<typeof scalar>;
const scalars = z
  .array(scalar, expected('a list of values'))
  .check(z.minLength(1, expected('at least one value')), z.maxLength(256, expected('at most 256 values')));

const instant = z.pipe(
  z
    .string(expected('a date such as "2026-01-01"'))
    .check(z.refine((text) => Date.parse(text) >= 0, expected('a date such as "2026-01-01"'))),
  z.transform((text): number => Date.parse(text)),
);

const optional = z.optional;
const text = (most: number) =>
  z.string(expected('a text')).check(z.maxLength(most, expected(`at most ${most} characters`)));
const common = {
  unit: optional(text(32)),
  description: optional(text(200)),
  digits: optional(z.int(expected('a whole number')).check(z.gte(0), z.lte(9, expected('at most 9')))),
};
/** What bounds a number, where it has bounds. */
const bounds = { min: optional(number), max: optional(number) };

const anExpression = expected('an expression such as "(a + b) / 2"');

const shapes = [
  object(
    { kind: z.literal('constant'), value: scalar, spread: optional(notNegative), ...common },
    'a constant',
  ),
  object(
    {
      kind: z.literal('sine'),
      mean: optional(number),
      amplitude: number,
      period: duration,
      peak: optional(duration),
      noise: optional(notNegative),
      spread: optional(notNegative),
      ...bounds,
      ...common,
    },
    'a sine',
  ),
  object(
    {
      kind: z.literal('random-walk'),
      min: number,
      max: number,
      step: positive,
      every: optional(duration),
      ...common,
    },
    'a random walk',
  ),
  object(
    {
      kind: z.literal('ornstein-uhlenbeck'),
      mean: number,
      deviation: positive,
      relaxation: duration,
      spread: optional(notNegative),
      ...bounds,
      ...common,
    },
    'an Ornstein-Uhlenbeck process',
  ),
  object({ kind: z.literal('step'), values: scalars, every: duration, ...common }, 'steps'),
  object(
    {
      kind: z.literal('pick'),
      from: scalars,
      weights: optional(z.array(notNegative, expected('a list of numbers')).check(z.maxLength(256))),
      every: duration,
      ...common,
    },
    'a pick',
  ),
  object(
    {
      kind: z.literal('counter'),
      perHour: positive,
      start: optional(notNegative),
      since: optional(instant),
      variation: optional(bounded('a number from 0 to 1', 0, 1)),
      period: optional(duration),
      ...common,
    },
    'a counter',
  ),
  object(
    {
      kind: z.literal('derived'),
      expression: z.string(anExpression).check(
        z.minLength(1, anExpression),
        z.maxLength(maxExpressionCharacters, {
          error: `expected at most ${maxExpressionCharacters} characters`,
        }),
      ),
      ...common,
    },
    'a derived field',
  ),
] as const;

export type Kind = z.infer<(typeof shapes)[number]>['kind'];
const kinds: readonly Kind[] = shapes.flatMap((shape) => shape.shape.kind.def.values);

const kindMessage = expected(isOneOf(kinds)).error;

/** One field of a custom model, as the file has it. */
export const fieldSpec = z.discriminatedUnion('kind', shapes, {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? kindMessage({ input: 'kind' in input ? input.kind : undefined })
      : expected('a field such as { kind: constant, value: 1 }').error({ input }),
});

export type FieldSpec = z.infer<typeof fieldSpec>;
export type SpecOf<K extends Kind> = Extract<FieldSpec, { kind: K }>;
