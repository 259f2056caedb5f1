import * as z from 'zod/mini';
import { behaviourIn, behaviourWith } from './behaviourFields.ts';
import { duration, expected, object, share, texts, whole } from '../fields.ts';
import type { Phase, Step } from './scenario.ts';
import { someViewers } from './viewerFields.ts';

const someFleets = texts('a fleet or a list of fleets');

const verbs = ['start', 'stop', 'sleep', 'wake', 'cut'] as const;
const step = object(
  {
    at: z.optional(duration({ leastMs: 0 })),
    start: z.optional(someFleets),
    stop: z.optional(someFleets),
    sleep: z.optional(someViewers),
    wake: z.optional(someViewers),
    cut: z.optional(someViewers),
  },
  'a step such as { at: 2s, sleep: laptop }',
).check(
  z.refine((value) => verbs.filter((verb) => value[verb] !== undefined).length === 1, {
    error: `expected exactly one of ${verbs.join(', ')}`,
  }),
);

/** As the control server of the twin takes it. */
const faultSetting = object(
  {
    probability: z.optional(share('a probability such as 30% or 0.3')),
    for: z.optional(duration()),
    times: z.optional(whole('a whole number from 1', 1, 1_000_000)),
    delay: z.optional(duration({ leastMs: 0 })),
    posts: z.optional(whole('a whole number from 0', 0, 1_000_000)),
    only: z.optional(z.string(expected('a part of the name of a resource'))),
  },
  'an object such as { probability: 30% }',
);

/** A phase in YAML. */
export const phaseFields = object(
  {
    name: z.string(expected('the name of the phase')).check(z.minLength(1), z.maxLength(80)),
    for: duration(),
    behaviours: z.optional(z.array(behaviourWith({ fleets: z.optional(someFleets) }), expected('a list'))),
    faults: z.optional(
      z.record(
        z.string(),
        faultSetting,
        expected('faults such as { connections.throttle: { probability: 30% } }'),
      ),
    ),
    do: z.optional(z.array(step, expected('a list of steps'))),
  },
  'a phase such as { name: a normal morning, for: 10s }',
);
export type PhaseFields = z.infer<typeof phaseFields>;

const stepOf = ({ at: atMs = 0, ...verb }: z.infer<typeof step>): Step => {
  const what = verbs.find((one) => verb[one] !== undefined) ?? 'start'; // The schema sees to one.
  const names = verb[what] ?? [];
  return what === 'start' || what === 'stop' ? { atMs, what, fleets: names } : { atMs, what, viewers: names };
};

const settingOf = ({ for: forMs, delay: ms, ...rest }: z.infer<typeof faultSetting>) =>
  Object.fromEntries(Object.entries({ ...rest, forMs, ms }).filter(([, value]) => value !== undefined));

/** @param all The names of all fleets: what a behaviour concerns if nothing else is said. */
export const phaseOf = (fields: PhaseFields, all: readonly string[]): Phase => ({
  name: fields.name,
  ms: fields.for,
  behaviours: (fields.behaviours ?? []).map((one) => ({
    fleets: one.fleets ?? all,
    behaviour: behaviourIn(one),
  })),
  faults: Object.entries(fields.faults ?? {}).map(([kind, setting]) => ({
    kind,
    setting: settingOf(setting),
  })),
  steps: (fields.do ?? []).map(stepOf).toSorted((a, b) => a.atMs - b.atMs),
});
