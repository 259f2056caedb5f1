import { describe, expect, it } from 'vitest';

import type { Behaviour } from './behaviour/behaviour.ts';
import { testClock } from './clock.testing.ts';
import { fleetOf } from './fleet.ts';
import { progressOf } from './progress.ts';
import type { ReadingEvent } from './sender.ts';
import { type FleetPlan, startFleet } from './startFleet.ts';
import { testTransport } from './transport.testing.ts';

type Said = { readonly ts: number; readonly seq: number; readonly boot: number };
type Given = { readonly count?: number; readonly behaviours?: readonly Behaviour[] } & Partial<FleetPlan>;

/** A fleet of one device a second apart from nothing: a test clock, a broker in memory, 1 reading a second, boot 7. */
const started = ({ count = 1, ...plan }: Given, broker = testTransport()) => {
  const { clock, pass } = testClock();
  const events: ReadingEvent[] = [];
  const fleet = startFleet(
    { clock, transport: broker.transport, onReading: (event) => events.push(event) },
    { fleet: fleetOf(count, ['roof'], 'seed'), rate: 1, boot: 7, seed: 'seed', ...plan },
  );
  const said = () => broker.published.map(({ payload }) => JSON.parse(String(payload)) as Said);
  /** Lets it end while time passes. */
  const ended = async () => {
    const stopped = fleet.stop();
    await pass(20_000);
    return progressOf(await stopped, fleet.seconds(), null);
  };
  return { fleet, pass, events, said, clock, ended, ...broker };
};

const boots = (all: readonly Said[]) => all.map(({ boot, seq }) => `${boot}/${seq}`);

describe('a device', () => {
  it('that is offline keeps its newest readings and sends them in a burst', async () => {
    const { pass, said, fleet, connected } = started({});
    await pass(2_500);
    const lift = fleet.apply({ kind: 'offline' });
    await pass(8_000);
    expect(boots(said())).toEqual(['7/0', '7/1', '7/2']);
    expect(connected.size).toBe(0);
    lift();
    await pass(0);
    // Its buffer holds 5: the oldest three of eight gave way.
    expect(boots(said()).slice(3)).toEqual(['7/6', '7/7', '7/8', '7/9', '7/10']);
    // A behaviour's doing, and no shortfall.
    expect(fleet.counts()).toMatchObject({
      fates: { forgotten: 3, dropped: 0 },
      errors: {},
      behaviours: { offline: 1 },
    });
  });

  it('that is offline from the start connects when that is over', async () => {
    const { pass, connected } = started({ behaviours: [{ kind: 'offline', forMs: 5_000 }] });
    await pass(4_999);
    expect(connected.size).toBe(0);
    await pass(2);
    expect(connected.size).toBe(1);
  });

  it('that reboots begins again with boot + 1 and seq 0, and forgets what it had not sent', async () => {
    const { pass, said, fleet, ended } = started({});
    await pass(2_500);
    const away = fleet.apply({ kind: 'offline' });
    await pass(3_000);
    fleet.apply({ kind: 'reboot', forMs: 2_000 });
    await pass(2_000);
    away();
    await pass(2_000);
    expect(boots(said())).toEqual(['7/0', '7/1', '7/2', '8/0', '8/1']);
    expect(await ended()).toMatchObject({ published: 8, acknowledged: 5, forgotten: 3, unacknowledged: 0 });
  });

  it('that duplicates says the same again', async () => {
    const { pass, published, events } = started({ behaviours: [{ kind: 'duplicates', chance: 1 }] });
    await pass(500);
    expect(published).toHaveLength(2);
    expect(published[0]?.payload).toBe(published[1]?.payload);
    expect(events.map(({ outcome, copy = false }) => `${outcome} ${copy}`)).toEqual([
      'attempted false',
      'attempted true',
      'acknowledged false',
      'acknowledged true',
    ]);
  });

  it('that reorders says all of a window in another order, and what it keeps back when it is stopped', async () => {
    const { pass, said, ended } = started({ behaviours: [{ kind: 'reordering', window: 4 }] });
    await pass(3_500);
    const seqs = said().map(({ seq }) => seq);
    expect(seqs).not.toEqual([0, 1, 2, 3]);
    expect([...seqs].sort()).toEqual([0, 1, 2, 3]);
    await pass(1_000);
    expect(said()).toHaveLength(4);
    expect(await ended()).toMatchObject({ acknowledged: 5 });
  });

  it('sends what reordering keeps back when that is over', async () => {
    const { pass, said, fleet } = started({});
    const lift = fleet.apply({ kind: 'reordering', window: 10 });
    await pass(3_500);
    expect(said()).toEqual([]);
    lift();
    await pass(0);
    expect(said().map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });

  it('that reboots forgets what reordering keeps back, and counts it', async () => {
    const { pass, fleet, events } = started({ behaviours: [{ kind: 'reordering', window: 10 }] });
    await pass(2_500);
    fleet.apply({ kind: 'reboot', forMs: 60_000 });
    await pass(0);
    expect(fleet.counts()).toMatchObject({ published: 3, fates: { forgotten: 3 } });
    expect(events.map(({ seq, outcome }) => `${seq} ${outcome}`)).toEqual([
      '0 attempted',
      '0 forgotten',
      '1 attempted',
      '1 forgotten',
      '2 attempted',
      '2 forgotten',
    ]);
  });

  it('whose clock is skewed or drifts says a wrong time', async () => {
    const skewed = started({ behaviours: [{ kind: 'clock-skew', ms: -90_000 }] });
    await skewed.pass(500);
    expect(skewed.said()[0]?.ts).toBe(skewed.clock.now() - 500 - 90_000);
    const drifting = started({ behaviours: [{ kind: 'clock-drift', ppm: 1_000 }] });
    await drifting.pass(100_000);
    expect(drifting.said().at(-1)?.ts).toBe(drifting.clock.now() + 100);
  });

  it('that is slow says what was so a while ago', async () => {
    const { pass, said, clock } = started({ behaviours: [{ kind: 'slow', ms: 5_000 }] });
    await pass(0);
    const lateMs = clock.now() - (said()[0]?.ts ?? 0);
    expect(lateMs).toBeGreaterThanOrEqual(2_500);
    expect(lateMs).toBeLessThanOrEqual(7_500);
  });

  it('that is a crying baby says much more until that is over, 100 a second at most', async () => {
    const { pass, said, fleet } = started({});
    await pass(500);
    const lift = fleet.apply({ kind: 'crying', factor: 1_000 });
    await pass(1_000);
    const cried = said().length;
    expect(cried).toBeGreaterThan(90);
    expect(cried).toBeLessThanOrEqual(101);
    lift();
    await pass(10_000);
    expect(said().length - cried).toBeLessThanOrEqual(11);
  });

  it('that malforms says what is no reading, and uses up its seq', async () => {
    const { pass, published, events, fleet } = started({});
    const lift = fleet.apply({ kind: 'malformed', chance: 1, forms: ['truncated'] });
    await pass(500);
    lift();
    await pass(1_000);
    expect(() => JSON.parse(String(published[0]?.payload)) as unknown).toThrow();
    expect(events[0]).toMatchObject({ seq: 0, malformed: 'truncated' });
    expect(events.find(({ seq }) => seq === 1)).not.toHaveProperty('malformed');
  });

  it('that is to be refused presents itself wrongly until that is over', async () => {
    const broker = testTransport(({ password }) => password === 'wrong');
    const { pass, fleet, said } = started({ behaviours: [] }, broker);
    const lift = fleet.apply({ kind: 'refused' });
    await pass(3_000);
    expect(said()).toEqual([]);
    expect(fleet.counts()).toMatchObject({ behaviours: { refused: 1 }, errors: {}, unreached: 0 });
    lift();
    await pass(500);
    expect(boots(said())).toEqual(['8/0']);
  });

  it('whose network flaps reconnects and loses nothing', async () => {
    const { pass, said, ended } = started({ behaviours: [{ kind: 'flapping', everyMs: 1_000 }] });
    await pass(10_500);
    const progress = await ended();
    expect(progress).toMatchObject({ acknowledged: progress.published, errors: 0 });
    expect(progress.behaviours.flapping).toBeGreaterThanOrEqual(10);
    expect(said().map(({ seq }) => seq)).toEqual(said().map((_, n) => n));
  });
});

describe('a fleet', () => {
  it('with the same seed does the same again', async () => {
    const behaviours: Behaviour[] = [
      { kind: 'offline', whom: { share: 0.5 }, forMs: 2_000, everyMs: 10_000 },
      { kind: 'reboot', whom: { share: 0.3 }, forMs: 1_000, everyMs: 15_000 },
      { kind: 'duplicates', chance: 0.3 },
      { kind: 'reordering', whom: { share: 0.5 }, window: 3 },
    ];
    const run = async (seed: string) => {
      const { pass, published } = started({ count: 10, behaviours, seed });
      await pass(30_000);
      return published.map(({ topic, payload }) => `${topic} ${String(payload)}`);
    };
    const first = await run('a');
    expect(await run('a')).toEqual(first);
    expect(await run('b')).not.toEqual(first);
  });

  it('that is divided over processes publishes what it does whole', async () => {
    const behaviours: Behaviour[] = [{ kind: 'offline', whom: { share: 0.4 }, forMs: 3_000, everyMs: 5_000 }];
    const run = async (part: NonNullable<FleetPlan['part']>) => {
      const { pass, published } = started({ count: 10, behaviours, part });
      await pass(12_000);
      return published.map(({ topic, payload }) => `${topic} ${String(payload)}`);
    };
    const halves = [...(await run({ index: 0, of: 2 })), ...(await run({ index: 1, of: 2 }))];
    expect(halves.sort()).toEqual((await run({ index: 0, of: 1 })).sort());
  });

  it('lets every device run for the duration, from its own place in the ramp', async () => {
    const { pass, fleet, said, ended } = started({ count: 10, durationMs: 10_000 });
    let isOver = false;
    void fleet.over.then(() => (isOver = true));
    await pass(10_899);
    expect(isOver).toBe(false);
    await pass(1);
    expect(isOver).toBe(true);
    await ended();
    expect(said().length).toBeGreaterThanOrEqual(100);
    expect(said().length).toBeLessThanOrEqual(110);
  });

  it('of which this process has no device is over at once', async () => {
    const { pass, fleet } = started({ count: 1, durationMs: 10_000, part: { index: 1, of: 2 } });
    let isOver = false;
    void fleet.over.then(() => (isOver = true));
    await pass(0);
    expect(isOver).toBe(true);
  });

  it('sends what was held back by behaviours before it closes', async () => {
    const { pass, fleet, ended, connected } = started({ count: 4 });
    await pass(2_500);
    fleet.apply({ kind: 'offline' });
    await pass(3_000);
    const progress = await ended();
    expect(progress.published).toBeGreaterThan(12);
    expect(progress).toMatchObject({ acknowledged: progress.published, waiting: 0 });
    expect(connected.size).toBe(0);
  });

  it('counts devices that never got a connection, and why', async () => {
    const { pass, fleet } = started(
      { count: 2 },
      testTransport(({ clientId }) => clientId === 'pump-002'),
    );
    await pass(2_000);
    expect(fleet.counts()).toMatchObject({
      connected: 1,
      unreached: 1,
      errors: { 'not authorized': 1 },
      isRefused: true,
    });
  });
});
