import * as z from 'zod/mini';
import { requests } from '../../fanout/protocol.ts';
import { duration, expected, isOneOf, number, object, texts } from '../fields.ts';
import { viewerKinds, type SubscriptionWish, type ViewerHabit, type ViewerSpec } from './scenario.ts';

const grantPattern = /^(\*|(device|region|type):.{0,122})$/;
const name = (what: string) =>
  z.string(expected(what)).check(z.regex(/^[A-Za-z0-9:_-]{1,128}$/, expected(what)));

const subscription = object(
  {
    device: z.optional(name('a device id')),
    region: z.optional(name('a region')),
    type: z.optional(name('a device type')),
    where: z.optional(
      z.array(
        object(
          {
            field: z.string(expected('the name of a field')),
            // The ledger cannot say what `changedBy` leaves out.
            op: z.enum(
              ['>', '>=', '<', '<=', '==', '!=', 'exists'],
              expected('one of > >= < <= == != exists'),
            ),
            value: z.optional(z.union([z.number(), z.string(), z.boolean(), z.null()])),
          },
          'a condition such as { field: temperature, op: ">", value: 30 }',
        ),
        expected('a list of conditions'),
      ),
    ),
    maxRate: z.optional(number('updates per second from 0.01 to 50', 0.01, 50)),
  },
  'a subscription such as { region: eu-west }',
).check(
  z.refine(
    ({ device, region, type }) => [device, region, type].filter((one) => one !== undefined).length === 1,
    {
      error: 'expected exactly one of device, region and type',
    },
  ),
);

/** A viewer in YAML. */
export const viewerFields = object(
  {
    kind: z.optional(z.enum(viewerKinds, expected(isOneOf(viewerKinds)))),
    grants: z.array(
      z.string().check(z.regex(grantPattern, expected('*, or device:, region: or type: and a name'))),
      expected("a list of grants such as ['region:eu-west']"),
    ),
    subscriptions: z
      .array(subscription, expected('a list of subscriptions'))
      .check(z.minLength(1, { error: 'expected at least one subscription' }), z.maxLength(50)),
    for: z.optional(duration()),
    every: z.optional(duration({ what: 'a duration from 100ms, such as 7s', leastMs: 100 })),
    lasts: z.optional(duration({ what: 'a duration from 1s, such as 20s', leastMs: 1_000 })),
  },
  'a viewer',
);
export type ViewerFields = z.infer<typeof viewerFields>;

const parametersOf: Readonly<Record<ViewerHabit['kind'], readonly string[]>> = {
  steady: [],
  'slow-reader': ['for', 'every'],
  'sleeping-laptop': ['for', 'every'],
  'flapping-network': ['every'],
  'token-expiry': ['lasts'],
};

/** Why these parameters mean nothing to a viewer of this kind; undefined if they do. */
export const habitProblem = ({
  kind = 'steady',
  for: forMs,
  every,
  lasts,
}: ViewerFields): string | undefined => {
  const given = Object.entries({ for: forMs, every, lasts }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  const foreign = given.find((key) => !parametersOf[kind].includes(key));
  if (foreign !== undefined) return `"${foreign}" means nothing to a viewer of the kind ${kind}`;
  if ((forMs === undefined) !== (every === undefined) && parametersOf[kind].includes('for'))
    return 'expected both "for" and "every", or neither';
  return forMs !== undefined && every !== undefined && forMs >= every
    ? 'expected "for" to be shorter than "every"'
    : undefined;
};

const habitOf = ({ kind = 'steady', for: forMs, every: everyMs, lasts }: ViewerFields): ViewerHabit => {
  switch (kind) {
    case 'steady':
      return { kind };
    case 'slow-reader':
      return { kind, forMs: forMs ?? 800, everyMs: everyMs ?? 1_000 };
    case 'sleeping-laptop':
      return { kind, forMs, everyMs };
    case 'flapping-network':
      return { kind, everyMs: everyMs ?? 7_000 };
    case 'token-expiry':
      return { kind, lastsMs: lasts ?? 20_000 };
  }
};

const wishOf = ({ where, maxRate, device, region, type }: z.infer<typeof subscription>): SubscriptionWish => {
  // One of the three is there; conditions are checked again by whoever is asked.
  const to = (
    device !== undefined ? { device } : region !== undefined ? { region } : { type }
  ) as SubscriptionWish['to'];
  return { to, where: where as SubscriptionWish['where'], maxRate };
};

/** The number of the first subscription that the contract does not have, and why. */
export const subscriptionProblem = (
  subscriptions: ViewerFields['subscriptions'],
): readonly [number, string] | undefined => {
  for (const [n, one] of subscriptions.entries()) {
    const { to, where, maxRate } = wishOf(one);
    const request = {
      action: 'subscribe',
      id: 's',
      to,
      ...(where && { where }),
      ...(maxRate && { maxRate }),
    };
    const parsed = z.safeParse(requests.subscribe, request);
    if (!parsed.success) return [n, parsed.error.issues[0]?.message ?? 'is no subscription'];
  }
  return undefined;
};

export const viewerOf = (named: string, fields: ViewerFields): ViewerSpec => ({
  name: named,
  habit: habitOf(fields),
  grants: fields.grants,
  subscriptions: fields.subscriptions.map(wishOf),
});

export const someViewers = texts('a viewer or a list of viewers');
