import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { nameOf } from './newest.ts';
import { fold, type Fold } from './fold.ts';
import { intervalOf, release, sendingDone, step, type Pace } from './pace.ts';
import type { Wish } from './ports.ts';
import type { JsonValue, Reading } from './reading.ts';

const t0 = 1_763_690_000_000;
const perSecond: Wish[] = [{ maxRate: 1 }];
const byTwo: Wish = { where: [{ field: 'x', op: 'changedBy', value: 2 }] };

/** The reading of one device with this `seq`. */
const nth = (seq: number, x: JsonValue = seq): Reading => aReading({ seq, ts: t0 + seq, data: { x } });

/** What `step` says, where it must say something. */
const stepped = (...args: Parameters<typeof step>) => {
  const next = step(...args);
  if (next === undefined) throw new Error('nothing matched');
  return next;
};

/** The pace after these readings, all at `t0`: the first is sent, the others pend. */
const paceAfter = (...readings: Reading[]): Pace => {
  const pace = readings.reduce<Pace | undefined>(
    (p, reading) => stepped(p, reading, perSecond, t0).pace,
    undefined,
  );
  if (pace === undefined) throw new Error('no reading');
  return pace;
};

describe('intervalOf', () => {
  it.each<[Wish[], number | undefined]>([
    [[{ maxRate: 2 }], 500],
    [[{ maxRate: 3 }], 334],
    [[{ maxRate: 0.01 }], 100_000],
    [[{ maxRate: 0.5 }, { maxRate: 4 }, { maxRate: 1 }], 250],
    [[{ maxRate: 0.5 }, byTwo], 0],
    [[{ maxRate: 0.5 }, { maxRate: 50, where: [{ field: 'x', op: '>', value: 100 }] }], 2_000],
    [[{ where: [{ field: 'x', op: '>', value: 100 }] }], undefined],
    [[], undefined],
  ])('by %j is %s ms for x = 20', (wishes, interval) => {
    expect(intervalOf(wishes, { x: 20 }, { x: 10 })).toBe(interval);
  });
});

describe('step', () => {
  it('sends the first reading at once', () => {
    expect(step(undefined, nth(1), perSecond, t0)).toEqual({
      send: fold(undefined, nth(1)),
      pace: {
        nextAt: t0 + 1_000,
        sent: {
          name: nameOf(nth(1)),
          stamps: { boot: 3, seq: 1, ts: t0 + 1, receivedAt: nth(1).receivedAt },
          numbers: { x: 1 },
        },
        matched: 1,
        updates: 1,
      },
    });
  });

  it('has a reading that comes too early wait, and arranges one flush for all that wait', () => {
    const second = stepped(paceAfter(nth(1)), nth(2), perSecond, t0 + 100);
    expect(second).toMatchObject({ flushAt: t0 + 1_000, pace: { matched: 2, updates: 1 } });
    expect(second.send).toBeUndefined();
    const third = stepped(second.pace, nth(3), perSecond, t0 + 200);
    expect(third.flushAt).toBeUndefined();
    expect(third.pace.pending).toEqual(fold(fold(undefined, nth(2)), nth(3)));
  });

  it('sends what waits with the reading that comes in time', () => {
    const next = stepped(paceAfter(nth(1), nth(2, 99)), nth(3), perSecond, t0 + 1_000);
    expect(next.send).toMatchObject({ last: nth(3), count: 2, max: { x: 99 } });
    expect(next.pace).toMatchObject({ nextAt: t0 + 2_000, matched: 3, updates: 2 });
    expect(next.pace.pending).toBeUndefined();
    expect(next.flushAt).toBeUndefined();
  });

  it('does nothing about a reading that no wish matches', () => {
    const hot: Wish[] = [{ maxRate: 1, where: [{ field: 'x', op: '>', value: 30 }] }];
    expect(step(undefined, nth(1, 30), hot, t0)).toBeUndefined();
    expect(step(paceAfter(nth(1), nth(2)), nth(3, 30), hot, t0 + 9_999)).toBeUndefined();
  });

  it('measures changedBy against the last update sent, not the last reading', () => {
    const first = stepped(undefined, nth(1, 20), [byTwo], t0);
    expect(step(first.pace, nth(2, 21), [byTwo], t0 + 1)).toBeUndefined();
    const third = stepped(first.pace, nth(3, 22), [byTwo], t0 + 2);
    expect(third.send).toMatchObject({ last: nth(3, 22), count: 1 });
    expect(step(third.pace, nth(4, 23.9), [byTwo], t0 + 3)).toBeUndefined();
  });

  it('lets a wish without maxRate through at once, with all that waits', () => {
    const wishes = [...perSecond, byTwo];
    const waiting = stepped(paceAfter(nth(1, 20)), nth(2, 21), wishes, t0 + 1);
    expect(waiting.send).toBeUndefined();
    const jump = stepped(waiting.pace, nth(3, 25), wishes, t0 + 2);
    expect(jump.send).toMatchObject({ last: nth(3, 25), count: 2 });
  });

  it('does not wait by a slower wish than those that match, and arranges the earlier flush', () => {
    const slow = stepped(undefined, nth(1), [{ maxRate: 0.01 }], t0);
    const waiting = stepped(slow.pace, nth(2), [{ maxRate: 0.01 }], t0 + 1);
    expect(waiting.flushAt).toBe(t0 + 100_000);
    const sooner = stepped(waiting.pace, nth(3), [{ maxRate: 0.01 }, { maxRate: 10 }], t0 + 2);
    expect(sooner).toMatchObject({ flushAt: t0 + 102, pace: { nextAt: t0 + 102 } });
  });

  describe('when a reading comes again', () => {
    it('sends the one that was sent again, with all it stood for', () => {
      const { pace, send } = stepped(paceAfter(nth(1), nth(2, 99)), nth(3), perSecond, t0 + 1_000);
      expect(step(pace, nth(3), perSecond, t0 + 1_500)).toEqual({ pace, send });
    });

    it('sends it again though changedBy would not match it', () => {
      const { pace, send } = stepped(undefined, nth(1), [byTwo], t0);
      const again = stepped(pace, nth(1), [byTwo], t0 + 1);
      expect(again.send).toEqual(send);
      expect(again.pace).toBe(pace);
    });

    it('counts the last one pending once, and arranges the flush again', () => {
      const pace = paceAfter(nth(1), nth(2), nth(3));
      expect(step(pace, nth(3), perSecond, t0 + 100)).toEqual({ pace, flushAt: t0 + 1_000 });
    });

    it('sends what waits when the last one pending comes again in time', () => {
      const pace = paceAfter(nth(1), nth(2), nth(3));
      const again = stepped(pace, nth(3), perSecond, t0 + 1_000);
      expect(again.send).toEqual(pace.pending);
      expect(again.pace).toMatchObject({ matched: 3, updates: 2 });
    });

    it('arranges the flush again for one that others have overtaken', () => {
      expect(step(paceAfter(nth(1), nth(2), nth(3)), nth(2), perSecond, t0 + 100)).toMatchObject({
        flushAt: t0 + 1_000,
        pace: { pending: { last: nth(3) } },
      });
    });
  });

  describe('when a reading comes late', () => {
    it('keeps the newest as the last of what waits', () => {
      const late = stepped(paceAfter(nth(1), nth(5)), nth(3, 99), perSecond, t0 + 100);
      expect(late.pace.pending).toMatchObject({ last: nth(5), count: 2, max: { x: 99 } });
    });

    it('has it wait for the flush with a newer one, since its own retry could not send that again', () => {
      const late = stepped(paceAfter(nth(1), nth(5)), nth(3), perSecond, t0 + 1_200);
      expect(late.send).toBeUndefined();
      expect(late).toMatchObject({ flushAt: t0 + 1_200, pace: { pending: { last: nth(5), count: 2 } } });
    });

    it('sends one older than the newest sent in its turn, and goes on from the newest', () => {
      const late = stepped(paceAfter(nth(5)), nth(3), perSecond, t0 + 1_000);
      expect(late.send).toMatchObject({ last: nth(3), count: 1 });
      expect(late.pace).toMatchObject({ nextAt: t0 + 2_000, updates: 2, sent: { numbers: { x: 5 } } });
      expect(late.pace.sent?.name).toBe(nameOf(nth(5)));
    });
  });
});

describe('release', () => {
  const waiting = paceAfter(nth(1), nth(2, 99), nth(3));

  it('gives what waits when it is time', () => {
    expect(release(waiting, 1_000, t0 + 1_400)).toMatchObject({
      send: { last: nth(3), count: 2, max: { x: 99 } },
      pace: { nextAt: t0 + 2_400, sent: { name: nameOf(nth(3)) }, matched: 3, updates: 2 },
    });
    expect(release(waiting, 1_000, t0 + 1_400)?.pace.pending).toBeUndefined();
  });

  it('may come 50 ms early and no more', () => {
    expect(release(waiting, 1_000, t0 + 950)).toBeDefined();
    expect(release(waiting, 1_000, t0 + 949)).toBeUndefined();
  });

  it('gives nothing when nothing waits', () => {
    expect(release(paceAfter(nth(1)), 1_000, t0 + 9_999)).toBeUndefined();
  });

  it('gives a late reading its turn, and goes on from the newest', () => {
    const late = release(paceAfter(nth(5), nth(3)), 1_000, t0 + 1_000);
    expect(late).toMatchObject({ send: { last: nth(3) }, pace: { sent: { name: nameOf(nth(5)) } } });
  });
});

/**
 * One connection and one device: readings at random times and in random order, some of whose invocations fail between
 * write and send and come again, and flushes on whole seconds, rounded up.
 */
describe('readings and flushes together', () => {
  type Event = { at: number; reading?: Reading; fails: number };
  type Sent = { at: number; send: Fold };

  const run = (events: Event[], wishes: readonly Wish[]): { sent: Sent[]; pace: Pace | undefined } => {
    const queue = [...events];
    const sent: Sent[] = [];
    let pace: Pace | undefined;
    const ended = (of: Pace, at: number, send: Fold): Pace => {
      sent.push({ at, send });
      return sendingDone(of, [send]);
    };
    for (let event = earliest(queue); event !== undefined; event = earliest(queue)) {
      const { at, reading, fails } = event;
      if (reading === undefined) {
        const interval = pace?.pending && intervalOf(wishes, pace.pending.last.data);
        const released = pace && release(pace, interval ?? 0, at);
        pace = released?.pace ?? pace;
        if (released !== undefined) pace = ended(released.pace, at, released.send);
        continue;
      }
      const next = step(pace, reading, wishes, at);
      pace = next?.pace ?? pace;
      if (fails > 0) queue.push({ at: at + 700 * fails, reading, fails: fails - 1 });
      else if (next?.send !== undefined) pace = ended(next.pace, at, next.send);
      if (fails === 0 && next?.flushAt !== undefined)
        queue.push({ at: at + Math.ceil((next.flushAt - at) / 1_000) * 1_000, fails: 0 });
    }
    return { sent, pace };
  };

  const earliest = (queue: Event[]): Event | undefined => {
    const at = queue.reduce((least, event, i) => (event.at < (queue[least]?.at ?? Infinity) ? i : least), 0);
    return queue.splice(at, 1)[0];
  };

  const events = (failures: fc.Arbitrary<number>): fc.Arbitrary<Event[]> =>
    fc
      .uniqueArray(
        fc.record({
          seq: fc.nat({ max: 60 }),
          jitter: fc.nat({ max: 900 }),
          x: fc.integer(),
          fails: failures,
        }),
        {
          selector: ({ seq }) => seq,
          minLength: 1,
          maxLength: 40,
        },
      )
      .map((list) =>
        list.map(({ seq, jitter, x, fails }) => ({
          at: t0 + seq * 150 + jitter,
          reading: nth(seq, x),
          fails,
        })),
      );
  const maxRate = fc.constantFrom(0.3, 1, 4, 50);
  const extremesOf = (sent: readonly Sent[]): [min: number, max: number] => [
    Math.min(...sent.map(({ send }) => send.min['x'] ?? Infinity)),
    Math.max(...sent.map(({ send }) => send.max['x'] ?? -Infinity)),
  ];
  const xOf = ({ reading }: Event): number => Number(reading?.data['x']);

  it('every reading is in exactly one update, and no two updates come closer than the interval', () => {
    fc.assert(
      fc.property(events(fc.constant(0)), maxRate, (list, rate) => {
        const { sent, pace } = run(list, [{ maxRate: rate }]);
        expect(sent.reduce((sum, { send }) => sum + send.count, 0)).toBe(list.length);
        expect(pace).toMatchObject({ matched: list.length, updates: sent.length });
        expect(pace?.pending).toBeUndefined();
        for (const [i, { at }] of sent.slice(1).entries())
          expect(at - (sent[i]?.at ?? 0)).toBeGreaterThanOrEqual(Math.ceil(1_000 / rate) - 50);
      }),
    );
  });

  it('the last value and the extremes arrive, late readings or not', () => {
    fc.assert(
      fc.property(events(fc.constant(0)), maxRate, (list, rate) => {
        const { sent, pace } = run(list, [{ maxRate: rate }]);
        const newest = list.reduce((a, b) => ((a.reading?.seq ?? 0) > (b.reading?.seq ?? 0) ? a : b));
        expect(sent.map(({ send }) => nameOf(send.last))).toContain(pace?.sent?.name);
        expect(pace?.sent?.stamps.seq).toBe(newest.reading?.seq);
        expect(extremesOf(sent)).toEqual([Math.min(...list.map(xOf)), Math.max(...list.map(xOf))]);
      }),
    );
  });

  it('the last value and the extremes arrive, and nothing stays behind, though invocations fail and come again', () => {
    fc.assert(
      fc.property(events(fc.constantFrom(0, 0, 1, 2)), maxRate, (list, rate) => {
        const { sent, pace } = run(list, [{ maxRate: rate }]);
        const newest = Math.max(...list.map(({ reading }) => reading?.seq ?? 0));
        expect(Math.max(...sent.map(({ send }) => send.last.seq ?? 0))).toBe(newest);
        expect(pace?.pending).toBeUndefined();
        expect(extremesOf(sent)).toEqual([Math.min(...list.map(xOf)), Math.max(...list.map(xOf))]);
        expect(sent.reduce((sum, { send }) => sum + send.count, 0)).toBeGreaterThanOrEqual(list.length);
      }),
      { numRuns: 500 },
    );
  });
});
