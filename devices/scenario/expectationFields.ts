import * as z from 'zod/mini';
import {
  countMetrics,
  latencyOrigins,
  percentiles,
  type Bounds,
  type CountMetric,
  type Expectation,
  type LatencyOrigin,
  type Percentile,
} from './expectation.ts';
import { duration, expected, isOneOf, number, object, share, texts } from '../fields.ts';

const between = <Value extends z.core.SomeType>(value: Value, what: string) =>
  object({ atLeast: z.optional(value), atMost: z.optional(value) }, what).check(
    z.refine((bounds) => Object.keys(bounds as object).length > 0, {
      error: 'expected atLeast, atMost or both',
    }),
  );

const aCount = 'a number, or { atLeast: n } or { atMost: n }';
const count = number(aCount, 0, 1e12);
const countBounds = z.union([count, between(count, aCount)], expected(aCount));

const aShare = 'a share such as 99%, or { atLeast: 99% } or { atMost: 99% }';
const wholeShare = share(aShare, 'none');
const shareBounds = z.union([wholeShare, between(wholeShare, aShare)], expected(aShare));

const aLatency = 'a duration such as 2s, or { atMost: 2s }';
const latencyBounds = z.union(
  [duration({ what: aLatency, leastMs: 0 }), between(duration({ what: aLatency, leastMs: 0 }), aLatency)],
  expected(aLatency),
);

const countNames = Object.keys(countMetrics) as CountMetric[]; // Of its keys.
const percentileNames = Object.keys(percentiles) as Percentile[]; // Of its keys.
const originNames = Object.keys(latencyOrigins) as LatencyOrigin[]; // Of its keys.

const optionals = <Key extends string, Value extends z.core.SomeType>(keys: readonly Key[], value: Value) =>
  Object.fromEntries(keys.map((key) => [key, z.optional(value)])) as Record<Key, z.ZodMiniOptional<Value>>; // One for each key.

const selection = {
  viewer: z.optional(texts('a viewer or a list of viewers')),
  device: z.optional(texts('a device id or a list of ids')),
  fleet: z.optional(texts('a fleet or a list of fleets')),
  type: z.optional(texts('a device type or a list of types')),
  region: z.optional(texts('a region or a list of regions')),
  phase: z.optional(texts('the name of a phase or a list of names')),
  fault: z.optional(texts('a kind of fault or a list of kinds')),
};

/** Expectations in YAML: whom they are about, and as many as one likes of what must hold of it. */
export const expectationFields = object(
  {
    ...selection,
    ...optionals(countNames, countBounds),
    delivered: z.optional(shareBounds),
    latency: z.optional(
      object(
        {
          ...optionals(percentileNames, latencyBounds),
          from: z.optional(z.enum(originNames, expected(isOneOf(originNames)))),
        },
        'a latency such as { p99: 2s }',
      ),
    ),
  },
  'an expectation such as { lost: 0 }',
).check(
  z.refine((value) => Object.keys(value as object).some((key) => !Object.hasOwn(selection, key)), {
    error: 'expected something that must hold, such as lost: 0',
  }),
);
export type ExpectationFields = z.infer<typeof expectationFields>;

type Given = number | Bounds;

const boundsOf = (given: Given): Bounds =>
  typeof given === 'number' ? { atLeast: given, atMost: given } : given;

/** A latency that is said without more is the most there may be. */
const latencyBoundsOf = (given: Given): Bounds => (typeof given === 'number' ? { atMost: given } : given);

/** Each on its own. */
export const expectationsOf = (fields: ExpectationFields): Expectation[] => {
  const { viewer, device, fleet, type, region, phase, fault, delivered, latency, ...rest } = fields;
  const of = {
    ...{ viewers: viewer, devices: device, fleets: fleet, types: type, regions: region },
    ...{ phases: phase, faults: fault },
  };
  const counts = countNames.flatMap((metric): Expectation[] => {
    const given = rest[metric];
    return given === undefined ? [] : [{ of, metric, bounds: boundsOf(given) }];
  });
  const latencies = percentileNames.flatMap((percentile): Expectation[] => {
    const given = latency?.[percentile];
    if (given === undefined) return [];
    const from = latency?.from ?? 'measured';
    return [{ of, metric: 'latency', percentile, from, bounds: latencyBoundsOf(given) }];
  });
  const shares: Expectation[] =
    delivered === undefined ? [] : [{ of, metric: 'delivered', bounds: boundsOf(delivered) }];
  return [...counts, ...shares, ...latencies];
};
