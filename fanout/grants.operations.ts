import fc from 'fast-check';
import type { Condition } from './protocol.ts';
import type { Wish } from './ports.ts';
import type { Target } from './target.ts';

/** One operation of the twenty principals, or one reading, for `grants.property.ts`. `who` is 0–19. */
export type Operation =
  | { kind: 'subscribe'; who: number; id: number; target: Target; wish: Wish }
  | { kind: 'unsubscribe'; who: number; id: number }
  | { kind: 'authenticate'; who: number; grants: string[]; lifetimeMs: number }
  | { kind: 'expire'; who: number }
  | { kind: 'reading'; deviceId: string; region: string; deviceType?: string; x: number | string | null }
  | { kind: 'note'; who: number; target: Target };

/** Names of devices, regions and types alike, easily taken for one another or for a part of a grant or key. */
export const name = fc.constantFrom(
  ...['t1', 't10', 't', 'T1', 't1-', 't-1', 't_1', 't:1', 't1:t10', '1'],
  ...['region:t1', 'device:t1', 'type:', ':', '-', '__proto__', 'constructor'],
);

const hostileGrant = fc.constantFrom(
  ...[
    '',
    ':',
    '**',
    '* ',
    ' *',
    '*:*',
    '*:t1',
    't1',
    'device',
    'device:',
    'region:',
    'type',
    '#',
    'device#t1',
  ],
  ...[
    'Device:t1',
    'REGION:*',
    'device :t1',
    ' device:t1',
    'device: t1',
    'device:t1 ',
    'device::t1',
    ':device:t1',
  ],
  ...['device:..', 'device:../t1', 'region:./t1', 'device:t1/..', 'device:t1#', 'region#t1:*', 'type:#*'],
  // Cyrillic о and т, a full-width digit, colon and letter, a zero-width space, a right-to-left mark.
  ...[
    'regiоn:t1',
    'device:т1',
    'device:t１',
    'device：t1',
    'ｄevice:*',
    'device:t1\u200b',
    'device:\u200ft1',
  ],
  ...[
    'device:t?',
    'device:.*',
    'region:t[1]',
    'device:t1|t10',
    'device:^',
    'device:*1',
    'region:t*0',
    'type:***',
  ],
  ...[
    '__proto__:t1',
    'constructor:*',
    'toString:*',
    'device:t1\n',
    'device:t1\0',
    'device:%74%31',
    'device:t1,t10',
  ],
);
const plainGrant = fc
  .tuple(fc.constantFrom('device', 'region', 'type'), name, fc.nat({ max: 6 }), fc.boolean())
  .map(([kind, of, length, star]) => `${kind}:${star ? `${of.slice(0, length)}*` : of}`);
/** Mostly grants; some that could pass for one if somebody were lenient. */
export const grant = fc.oneof(
  { weight: 50, arbitrary: plainGrant },
  { weight: 40, arbitrary: hostileGrant },
  { weight: 2, arbitrary: fc.constant('*') },
);

export const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ device: name }),
  fc.record({ region: name }),
  fc.record({ type: name }),
);

const where = fc.constantFrom<Condition>(
  { field: 'x', op: '>=', value: 0 },
  { field: 'x', op: 'changedBy', value: 1 },
);
export const wish: fc.Arbitrary<Wish> = fc.record(
  { where: where.map((condition) => [condition]), maxRate: fc.constantFrom(0.1, 50) },
  { requiredKeys: [] },
);

const who = fc.nat({ max: 19 });
const id = fc.nat({ max: 7 });
const operations: { [K in Operation['kind']]: fc.Arbitrary<Operation & { kind: K }> } = {
  subscribe: fc.record({ kind: fc.constant('subscribe'), who, id, target, wish }),
  unsubscribe: fc.record({ kind: fc.constant('unsubscribe'), who, id }),
  authenticate: fc.record({
    kind: fc.constant('authenticate'),
    who,
    grants: fc.array(grant, { maxLength: 6 }),
    lifetimeMs: fc.nat({ max: 120_000 }),
  }),
  expire: fc.record({ kind: fc.constant('expire'), who }),
  reading: fc.record(
    {
      kind: fc.constant('reading'),
      deviceId: name,
      region: name,
      deviceType: name,
      x: fc.constantFrom(-1, 0, 1, 'a', null),
    },
    { requiredKeys: ['kind', 'deviceId', 'region', 'x'] },
  ),
  note: fc.record({ kind: fc.constant('note'), who, target }),
};

export const anOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: operations.subscribe },
  { weight: 1, arbitrary: operations.unsubscribe },
  { weight: 3, arbitrary: operations.authenticate },
  { weight: 1, arbitrary: operations.expire },
  { weight: 12, arbitrary: operations.reading },
  { weight: 6, arbitrary: operations.note },
);
