import { describe, expect, it } from 'vitest';
import { judge } from '../ledger/check.ts';
import type { Entries, Ledger } from '../ledger/entries.ts';
import { shaOf } from '../ledger/stamp.ts';
import type { Expectation, Selection } from './expectation.ts';
import { factsOf, type Facts } from './facts.ts';
import { judgeExpectation } from './judgeExpectation.ts';
import { parseScenario } from './parseScenario.ts';
import type { Happening } from './happenings.ts';
import { judgedLines } from './words.ts';

const scenario = parseScenario(
  'x.yaml',
  `
name: x
system: twin
fleets:
  plant: { count: 1, regions: [a] }
  plant-b: { count: 1, regions: [b] }
phases: [{ name: first, for: 10s }, { name: second, for: 10s }]
expect: [{ lost: 0 }]
`,
);

const devices = [
  { deviceId: 'plant-pump-001', region: 'a', deviceType: 'pump' },
  { deviceId: 'plant-b-pump-001', region: 'b', deviceType: 'pump' },
];
const viewer = 'someone';
type Attempted = Entries['attempted'];

/** One reading a second of each device, from 0 to 19 s. */
const attempted = devices.flatMap((device) =>
  Array.from({ length: 20 }, (_, seq): Attempted => {
    const said = { ...device, boot: 1, seq, data: { flow: seq } };
    return { at: 1_000 * seq, ...said, sha: shaOf(said) };
  }),
);
const later = (ms: number) =>
  attempted.map(({ at, deviceId, boot, seq, sha }) => ({ at: at + ms, deviceId, boot, seq, sha }));

/** Everything came after 100 ms, but for what `isLost`. */
const factsWithout = (
  isLost: (one: { deviceId: string; seq: number }) => boolean,
  happenings: readonly Happening[] = [],
  told: Ledger['told'] = [],
): Facts => {
  const came = later(100).filter((one) => !isLost(one));
  const ledger: Ledger = {
    attempted,
    acknowledged: later(20),
    discarded: [],
    published: later(10),
    posted: came.map((one) => ({ ...one, at: one.at - 20, connectionId: 'c', status: 200 })),
    received: came.map((one) => ({ ...one, at: one.at - 10, viewer, frame: 'sensor_update' })),
    applied: came.map((one) => ({ ...one, viewer, source: 'live' })),
    told: [
      { at: -2, viewer, what: 'connected', connectionId: 'c' },
      { at: -1, viewer, what: 'live', id: 's1' },
      { at: -1, viewer, what: 'live', id: 's2' },
      ...told,
    ],
    faulted: [],
    scene: {
      devices,
      viewers: [
        {
          viewer,
          grants: ['*'],
          subscriptions: [
            { id: 's1', to: { region: 'a' } },
            { id: 's2', to: { region: 'b' } },
          ],
        },
      ],
    },
    torn: [],
  };
  const phases = [
    { name: 'first', from: 0, to: 10_000 },
    { name: 'second', from: 10_000, to: 20_000 },
  ];
  const played = {
    judgement: judge(ledger),
    phases,
    happenings,
    fleets: new Map(devices.map(({ deviceId }) => [deviceId, deviceId.replace(/-pump-001$/, '')])),
    settled: true,
    isStopped: false,
    seconds: 20,
  };
  return factsOf(scenario, played);
};

const lostAt5 = factsWithout(({ deviceId, seq }) => deviceId === 'plant-pump-001' && seq === 5);
const lost = (of: Selection): Expectation => ({ of, metric: 'lost', bounds: { atLeast: 0, atMost: 0 } });

describe('an expectation', () => {
  it.each([
    [{}, false],
    [{ viewers: ['someone'] }, false],
    [{ fleets: ['plant'] }, false],
    [{ fleets: ['plant-b'] }, true],
    [{ regions: ['b'] }, true],
    [{ devices: ['plant-pump-001'], types: ['pump'] }, false],
    [{ phases: ['first'] }, false],
    [{ phases: ['second'] }, true],
  ])('about %j holds: %j', (of, holds) => {
    expect(judgeExpectation(lostAt5, lost(of)).holds).toBe(holds);
  });

  it('about a share is of what was owed', () => {
    const share = (of: Selection) =>
      judgeExpectation(lostAt5, { of, metric: 'delivered', bounds: { atLeast: 1 } });
    expect(share({ fleets: ['plant'] })).toMatchObject({ holds: false, found: 0.95 });
    expect(share({ fleets: ['plant-b'] })).toMatchObject({ holds: true, found: 1 });
  });

  it('about nothing does not hold', () => {
    const latency = {
      metric: 'latency',
      percentile: 'p99',
      from: 'measured',
      bounds: { atMost: 1e6 },
    } as const;
    const judged = judgeExpectation(lostAt5, { ...latency, of: { devices: ['plant-pump-002'] } });
    expect(judged).toMatchObject({ holds: false, found: undefined });
  });

  it('about latency begins at either end', () => {
    const from = (origin: 'measured' | 'published') =>
      judgeExpectation(lostAt5, {
        of: {},
        metric: 'latency',
        percentile: 'max',
        from: origin,
        bounds: { atMost: 95 },
      });
    expect(from('measured')).toMatchObject({ holds: false, found: 100 });
    expect(from('published')).toMatchObject({ holds: true, found: 90 });
  });

  it('that fails tells which reading stopped where', () => {
    expect(judgedLines(lostAt5, judgeExpectation(lostAt5, lost({})))).toEqual([
      'FAIL lost 0: found 1',
      '       plant-pump-001, boot 1, seq 5 (pump, a, taken during "first") for someone: lost: acknowledged to the device, and did not come; it stopped before "posted"',
      '         attempted 00:00:05.000 → published +10 ms → acknowledged +20 ms → posted never → received never → applied never',
    ]);
  });

  it('that wants more of something than there is tells what became of others instead', () => {
    const judged = judgeExpectation(lostAt5, { of: {}, metric: 'backFilled', bounds: { atLeast: 1 } });
    expect(judgedLines(lostAt5, judged)[1]).toContain('for someone: delivered: came as it was published');
    expect(judgedLines(lostAt5, judged).at(-1)).toContain('and 37 more like these');
  });

  it('about devices that fails tells which of them how often', () => {
    const happenings = [1_000, 2_000, 12_000].map((at): Happening => ({
      what: 'repeated',
      deviceId: 'plant-pump-001',
      at,
    }));
    const facts = factsWithout(() => false, happenings);
    const repeated = (of: Selection, bounds: Expectation['bounds']) =>
      judgeExpectation(facts, { of, metric: 'repeated', bounds });
    expect(repeated({ fleets: ['plant'], phases: ['first'] }, { atLeast: 2, atMost: 2 }).holds).toBe(true);
    expect(judgedLines(facts, repeated({ regions: ['a'] }, { atMost: 1 }))).toEqual([
      'FAIL repeated at most 1 in a: found 3',
      '       plant-pump-001: 3 times, first at 00:00:01.000 (first)',
    ]);
    expect(judgedLines(facts, repeated({ fleets: ['plant-b'] }, { atLeast: 1 })).at(-1)).toBe(
      '       plant-b-pump-001: never',
    );
  });

  it('about viewers that fails tells who connected again how often', () => {
    const again = { at: 11_000, viewer, what: 'connected', connectionId: 'd' } as const;
    const facts = factsWithout(
      () => false,
      [],
      [again, { at: 12_000, viewer, what: 'gap', deviceId: 'plant-pump-001', boot: 1, from: 3, to: 4 }],
    );
    const none = { atLeast: 0, atMost: 0 };
    expect(
      judgedLines(facts, judgeExpectation(facts, { of: {}, metric: 'reconnects', bounds: none })),
    ).toEqual(['FAIL reconnects 0: found 1', '       someone: once, at 00:00:11.000 (second)']);
    const gaps = judgeExpectation(facts, { of: {}, metric: 'gaps', bounds: none });
    expect(judgedLines(facts, gaps)[2]).toContain('plant-pump-001, boot 1, seq 3');
  });
});
