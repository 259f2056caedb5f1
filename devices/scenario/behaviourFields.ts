import * as z from 'zod/mini';
import {
  behaviourKinds,
  malformations,
  type Behaviour,
  type Spell,
  type Whom,
} from '../behaviour/behaviour.ts';
import { durationOf } from '../duration.ts';
import { duration, expected, isOneOf, number, object, share, texts, whole } from '../fields.ts';

const whom = {
  share: z.optional(share()),
  regions: z.optional(texts('a region or a list of regions')),
  types: z.optional(texts('a device type or a list of types')),
  devices: z.optional(texts('a device id or a list of ids')),
};
const spell = { for: z.optional(duration()), every: z.optional(duration()) };
/** How long a device that reboots is off if nothing else is said. */
const rebootMs = 2_000;
const chance = share('a chance such as 5% or 0.05');
const aSkew = expected('a duration such as 90s or -90s');
const skewOf = (text: string): number | undefined => {
  const ms = durationOf(text.replace(/^-/, ''));
  return ms === undefined || !text.startsWith('-') ? ms : -ms;
};
const signedDuration = z.pipe(
  z.string(aSkew).check(z.refine((text) => Math.abs(skewOf(text) ?? 0) > 0, aSkew)),
  z.transform((text): number => skewOf(text) ?? 0), // It was checked.
);

const body = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  object({ ...shape, ...whom }, 'an object such as { share: 10% }');

const aPpm = 'a whole number of millionths from -100000 to 100000, but 0';
const ppm = whole(aPpm, -100_000, 100_000).check(z.refine((value) => value !== 0, expected(aPpm)));

/** A behaviour in YAML: one key, which is its kind, with what it takes and whom it concerns. */
const bodies = {
  offline: z.optional(body(spell)),
  flapping: z.optional(
    body({ every: duration({ what: 'a duration from 1s, such as 10s', leastMs: 1_000 }) }),
  ),
  reboot: z.optional(body(spell)),
  duplicates: z.optional(body({ chance })),
  reordering: z.optional(body({ window: whole('a whole number from 2 to 100', 2, 100) })),
  'clock-skew': z.optional(body({ by: signedDuration })),
  'clock-drift': z.optional(body({ ppm: ppm })),
  slow: z.optional(body({ by: duration() })),
  crying: z.optional(body({ ...spell, factor: number('a number from 2 to 1000', 2, 1_000) })),
  malformed: z.optional(
    body({
      chance,
      forms: z.optional(z.array(z.enum(malformations, expected(isOneOf(malformations))))),
    }),
  ),
  refused: z.optional(body({})),
} as const;

type Body = Whom & {
  readonly for?: number | undefined;
  readonly every?: number | undefined;
  readonly by?: number | undefined;
};

/** The YAML's keys as those of a {@link Behaviour}. */
const behaviourFrom = (kind: Behaviour['kind'], fields: Body): Behaviour => {
  const { share: part, regions, types, devices, for: forMs, every: everyMs, by: ms, ...rest } = fields;
  // Of one kind there is only what its schema lets through.
  return {
    kind,
    whom: { share: part, regions, types, devices },
    ...(forMs === undefined ? {} : { forMs }),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(ms === undefined ? {} : { ms }),
    ...rest,
  } as Behaviour;
};

const oneKind = `one behaviour, ${isOneOf(behaviourKinds)}`;

/** A behaviour, and beside it whatever `more` takes. */
export const behaviourWith = <More extends z.core.$ZodShape>(more: More) =>
  object({ ...bodies, ...more }, oneKind).check(
    z.refine((value) => behaviourKinds.filter((kind) => Object.hasOwn(value as object, kind)).length === 1, {
      error: `expected exactly one of ${behaviourKinds.join(', ')}`,
    }),
  );

/** The one behaviour among what {@link behaviourWith} let through. */
export const behaviourIn = (value: Partial<Record<Behaviour['kind'], unknown>>): Behaviour => {
  const kind = behaviourKinds.find((one) => value[one] !== undefined);
  if (kind === undefined) throw new Error('The schema let nothing else through.');
  return behaviourFrom(kind, value[kind] as Body); // As its schema has it.
};

/** Why a behaviour cannot last as long as it says; undefined if it can. */
export const spellProblem = (value: Partial<Record<Behaviour['kind'], unknown>>): string | undefined => {
  const { kind, ...details } = behaviourIn(value);
  const { forMs, everyMs } = details as Spell; // Others have neither.
  if (everyMs === undefined || kind === 'flapping') return undefined;
  if (forMs === undefined && kind !== 'reboot') return `"every" of ${kind} needs a "for"`;
  return (forMs ?? rebootMs) > everyMs
    ? `expected "for" of ${kind}${forMs === undefined ? `, which is ${rebootMs / 1_000}s,` : ''} to be no longer than "every"`
    : undefined;
};
