import fc from 'fast-check';
import { grant, name as anyName, wish } from './grants.operations.ts';
import type { Wish } from './ports.ts';
import type { Target } from './target.ts';

/** One operation of the twenty principals (`who`, 0–19), or one of a device, for `frames.property.ts`. */
export type FrameOperation = { waitMs: number } & (
  | {
      kind: 'subscribe';
      who: number;
      id: string;
      to: object;
      wish: Wish;
      agoMs?: number;
      snapshot?: boolean;
      /** Happens while the subscription waits for the filters; of the same principal if `mine`. */
      meanwhile?: { operation: FrameOperation; mine: boolean };
    }
  | { kind: 'unsubscribe'; who: number; id: string }
  | { kind: 'subscriptions'; who: number }
  | { kind: 'authenticate'; who: number; grants: string[]; lifetimeMs: number; tokenOf?: number }
  | { kind: 'history'; who: number; device: string; limit?: number; agoMs?: number }
  | { kind: 'explain'; who: number; device: string }
  | { kind: 'note'; who: number; to: Target }
  | { kind: 'reconnect'; who: number; clean: boolean }
  | {
      kind: 'reading';
      deviceId: string;
      region: string;
      deviceType?: string;
      x: number | string | null;
      lateMs: number;
      padding: number;
    }
  | { kind: 'presence'; deviceId: string; online: boolean }
);

/** The principals, who have names like those of devices and grants: none of it may matter. */
export const principals = [
  ...['t1', 't10', 't', 'T1', 't1:', 't1-', 't_1', '..', '.', '*', '#', 'device:t1', 'region:*'],
  ...['t1 ', 'т1', 't１', 't1\u200b', '__proto__', 'constructor', 'device#t1'],
] as const;

/** Some more often than others, so that devices, targets and grants meet. */
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('t1', 't10', 't', 'T1', 't1:t10') },
  { weight: 1, arbitrary: anyName },
);
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ device: name }),
  fc.record({ region: name }),
  fc.record({ type: name }),
);

/** One good grant in half of the tokens, beside those that are easily mistaken. */
const grants = fc
  .tuple(
    fc.array(grant, { maxLength: 5 }),
    fc.array(
      fc.tuple(fc.constantFrom('device', 'region', 'type'), name).map(([kind, of]) => `${kind}:${of}`),
      { maxLength: 2 },
    ),
  )
  .map((both) => both.flat());

/** Names that no device, region or type can have, and a viewer may ask for all the same. */
const noName = fc.constantFrom(
  ...['..', '.', '#', 'device#t1', 't1#', '../t1', 't1/..', '*', 't*', '', 'т1', 't１', 't1\u200b', 't1 '],
);
const asked = fc.oneof(
  { weight: 20, arbitrary: name },
  { weight: 2, arbitrary: fc.constantFrom('never', 't100') },
  { weight: 1, arbitrary: noName },
);
const askedTarget = fc.oneof(
  { weight: 20, arbitrary: target },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('device', 'region', 'type', '#'), noName)
      .map(([kind, of]) => ({ [kind]: of })),
  },
);

/** Mostly a little; now and then so long that tokens expire and history is forgotten. */
const waitMs = fc.oneof(
  { weight: 1_800, arbitrary: fc.nat({ max: 300 }) },
  { weight: 200, arbitrary: fc.nat({ max: 12_000 }) },
  { weight: 1, arbitrary: fc.nat({ max: 2_000_000 }) },
);
const who = fc.nat({ max: principals.length - 1 });
const id = fc.nat({ max: 7 }).map((n) => `s${n}`);
const agoMs = fc.oneof(fc.nat({ max: 120_000 }), fc.nat({ max: 4_000_000 }));

const ofKind = <K extends string, T extends object>(kind: K, rest: fc.Arbitrary<T>) =>
  fc.tuple(waitMs, rest).map(([ms, more]) => ({ kind, waitMs: ms, ...more }));

const operations = {
  unsubscribe: ofKind('unsubscribe', fc.record({ who, id })),
  subscriptions: ofKind('subscriptions', fc.record({ who })),
  authenticate: ofKind(
    'authenticate',
    fc.record(
      {
        who,
        grants,
        lifetimeMs: fc.oneof(
          { weight: 9, arbitrary: fc.nat({ max: 7_000_000 }) },
          { weight: 1, arbitrary: fc.nat({ max: 1_000 }) },
        ),
        tokenOf: who, // Refused, if it is another's.
      },
      { requiredKeys: ['who', 'grants', 'lifetimeMs'] },
    ),
  ),
  history: ofKind(
    'history',
    fc.record(
      { who, device: asked, limit: fc.integer({ min: 1, max: 50 }), agoMs },
      { requiredKeys: ['who', 'device'] },
    ),
  ),
  explain: ofKind('explain', fc.record({ who, device: asked })),
  note: ofKind('note', fc.record({ who, to: target })),
  reconnect: ofKind('reconnect', fc.record({ who, clean: fc.boolean() })),
  reading: ofKind(
    'reading',
    fc.record(
      {
        deviceId: name,
        region: name,
        deviceType: name,
        x: fc.constantFrom(-1, 0, 1, 5, 'a', null),
        lateMs: fc.constantFrom(0, 0, 0, 60_000),
        padding: fc.constantFrom(...Array.from({ length: 19 }, () => 0), 7_000),
      },
      { requiredKeys: ['deviceId', 'region', 'x', 'lateMs', 'padding'] },
    ),
  ),
  presence: ofKind('presence', fc.record({ deviceId: name, online: fc.boolean() })),
} satisfies Record<string, fc.Arbitrary<FrameOperation>>;

const meanwhile = fc.record({
  mine: fc.boolean(),
  operation: fc.oneof<fc.Arbitrary<FrameOperation>[]>(
    operations.authenticate,
    operations.reading,
    operations.unsubscribe,
    operations.note,
    operations.presence,
  ),
});

const subscribe = ofKind(
  'subscribe',
  fc.record(
    { who, id, to: askedTarget, wish, agoMs, snapshot: fc.boolean(), meanwhile },
    { requiredKeys: ['who', 'id', 'to', 'wish'] },
  ),
);

export const aFrameOperation: fc.Arbitrary<FrameOperation> = fc.oneof(
  { weight: 32, arbitrary: subscribe },
  { weight: 4, arbitrary: operations.unsubscribe },
  { weight: 4, arbitrary: operations.subscriptions },
  { weight: 16, arbitrary: operations.authenticate },
  { weight: 12, arbitrary: operations.history },
  { weight: 12, arbitrary: operations.explain },
  { weight: 20, arbitrary: operations.note },
  { weight: 1, arbitrary: operations.reconnect },
  { weight: 48, arbitrary: operations.reading },
  { weight: 16, arbitrary: operations.presence },
);
