import * as z from 'zod/mini';
import { durationOf } from './duration.ts';

/** What was found, for a message: short, and one line. */
export const found = (input: unknown): string => {
  if (input === undefined) return 'and there is nothing';
  const text = JSON.stringify(input);
  return `got ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
};

/** The message of a schema: what belongs here, and what is here instead. */
const messageOf =
  (what: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    `expected ${what}, ${found(input)}`;

/** {@link messageOf} as schemas and checks take it. */
export const expected = (what: string) => ({ error: messageOf(what) });

type DurationRange = { readonly what?: string; readonly leastMs?: number; readonly mostMs?: number };

/** `300ms`, `2.5s`, `10m`, `1h`, as ms: from `leastMs` (1 if nothing else is said) to `mostMs` (a week). */
export const duration = ({
  what = 'a duration such as 500ms, 10s or 2m',
  leastMs = 1,
  mostMs,
}: DurationRange = {}) => {
  const msOf = (text: string): number => durationOf(text, mostMs) ?? NaN;
  return z.pipe(
    z.string(expected(what)).check(z.refine((text) => msOf(text) >= leastMs, expected(what))),
    z.transform(msOf),
  );
};

/** One text or several, as several. */
export const texts = (what: string) =>
  z.pipe(
    z.union([z.string(), z.array(z.string()).check(z.minLength(1))], expected(what)),
    z.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
  );

const percent = /^(\d{1,3}(?:\.\d+)?)\s?%$/;

/** `10%` or `0.1`, as a number from `least` to 1; 0 is in only if it is the least. */
export const share = (what = 'a share such as 10% or 0.1', least: 'some' | 'none' = 'some') =>
  z
    .pipe(
      z.union([z.number(), z.string().check(z.regex(percent))], expected(what)),
      z.transform((value): number =>
        typeof value === 'number' ? value : Number(percent.exec(value)?.[1]) / 100,
      ),
    )
    .check(z.refine((part) => part <= 1 && (least === 'none' ? part >= 0 : part > 0), expected(what)));

export const number = (what: string, least: number, most: number) =>
  z.number(expected(what)).check(z.gte(least, expected(what)), z.lte(most, expected(what)));

export const whole = (what: string, least: number, most: number) =>
  z.int(expected(what)).check(z.gte(least, expected(what)), z.lte(most, expected(what)));

/** An object with these keys and no others. */
export const object = <Shape extends z.core.$ZodShape>(shape: Shape, what: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no ${issue.keys.map((key) => `"${key}"`).join(', ')} here; known are ${Object.keys(shape).join(', ')}`
        : messageOf(what)(issue),
  });

export const isOneOf = (names: readonly string[]): string => `one of ${names.join(', ')}`;
