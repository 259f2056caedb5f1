import { describe, expect, it } from 'vitest';
import { framesNeverLeak, type Breaking } from './frames.property.ts';
import type { Push, Subscription, Subscriptions } from './ports.ts';

const seed = 20_260_301;

/** Rows as a `maySee` or an expiry that is wrong would read them. */
const rowsAs =
  (change: (row: Subscription) => Subscription): Breaking =>
  ({ subscriptions }) => ({
    subscriptions: {
      ...subscriptions,
      byTarget: async (target) => (await subscriptions.byTarget(target)).map(change),
    },
  });

const pushedBy =
  (wrapped: (push: Push) => Push): Breaking =>
  ({ push }) => ({ push: wrapped(push) });

/** What somebody got, now and then somebody else gets too. */
const astray = (push: Push): Push => {
  let previous: string | undefined;
  return async (connectionId, frame) => {
    if (previous !== undefined && previous !== connectionId) await push(previous, frame);
    previous = connectionId;
    return push(connectionId, frame);
  };
};

/** Looks the target up by the beginning of its name. */
const byPrefix: Breaking = ({ subscriptions }) => ({
  subscriptions: {
    ...subscriptions,
    byTarget: (async (target) => [
      ...(await subscriptions.byTarget(target)),
      ...(target.endsWith('0') ? await subscriptions.byTarget(target.slice(0, -1) as typeof target) : []), // As a key it stays one.
    ]) satisfies Subscriptions['byTarget'],
  },
});

describe('twenty principals with names that are easily confused', () => {
  it('never get a frame outside their grants', async () => {
    const { updates, replayed, snapshot, history, statuses, notes, explained, hidden, withheld } =
      await framesNeverLeak(2_000);
    for (const count of [updates, replayed, history, withheld]) expect(count).toBeGreaterThan(20);
    for (const count of [snapshot, statuses, explained, hidden]) expect(count).toBeGreaterThan(3);
    expect(notes).toBeGreaterThan(0);
  });

  it.each<[string, RegExp, Breaking]>([
    ['sends to somebody else, too', /^\w+ (was not asked for|is outside)/, pushedBy(astray)],
    ['ignores grants', /is outside its grants/, rowsAs((row) => ({ ...row, grants: ['*'] }))],
    [
      'takes every grant for a prefix',
      /is outside its grants/,
      rowsAs((row) => ({ ...row, grants: row.grants.flatMap((grant) => [grant, `${grant}*`]) })),
    ],
    ['ignores expiry', /came after its token/, rowsAs((row) => ({ ...row, tokenExpiresAt: Infinity }))],
    ['takes a prefix for a name', /was not asked for/, byPrefix],
    [
      'forgets new grants where it flushes and answers',
      /is outside its grants/,
      ({ connections }) => ({
        connections: {
          ...connections,
          find: async (id) => {
            const held = await connections.find(id);
            return held && { ...held, connection: { ...held.connection, grants: ['*'] } };
          },
        },
      }),
    ],
    [
      "brings another device's history",
      /^(history|sensor_batch) is what no device said/,
      ({ readings }) => ({ readings: { ...readings, of: (_, range) => readings.of('t10', range) } }),
    ],
  ])('would notice code that %s', async (_, fault, breaking) => {
    await expect(framesNeverLeak(4_000, seed, breaking)).rejects.toThrow(fault);
  });
});
