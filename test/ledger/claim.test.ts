import { describe, expect, it } from 'vitest';
import { boundOf, demandsOf, shortfallsOf } from './claim.ts';
import type { KillsResult } from './kills.ts';
import { killShortfallsOf } from './killsClaim.ts';
import { survivable } from './nemesis.ts';
import type { Outcome, Run } from './run.ts';

const run: Run = {
  ...{ ingest: 'direct', seed: 1, devices: 1, viewers: 1, rate: 1, forMs: 1, folder: '' },
  kinds: survivable,
};
const classes = { delivered: 10, backFilled: 0, folded: 0, filtered: 5, throttled: 2, expired: 0, lost: 0 };
const none = { distinct: 0, repeated: 0 };
const verdict: Outcome['verdict'] = {
  findings: [],
  classes,
  counts: {
    ...{ attempted: none, acknowledged: none, published: none },
    ...{ posted: none, received: none, applied: none },
  },
  overcounted: 0,
  latencies: {},
  faults: 60,
  kinds: Array.from({ length: 12 }, (_, n) => `kind ${n}`),
};
const outcome: Outcome = {
  verdict,
  ...{
    injected: {},
    crashed: 0,
    settled: true,
    redriven: 0,
    stillFailed: 0,
    heldBack: 0,
    seconds: 1,
    reported: [],
  },
};
const demands = { faults: 60, kinds: 12 };

describe('the claim of a ledger', () => {
  const shortfalls = (
    {
      verdict: judged,
      ...over
    }: Partial<Omit<Outcome, 'verdict'>> & { verdict?: Partial<Outcome['verdict']> },
    more: Partial<Run> = {},
  ) =>
    shortfallsOf({ ...run, ...more }, { ...outcome, ...over, verdict: { ...verdict, ...judged } }, demands);

  it('holds where nothing is found, enough went wrong, and somebody had something', () => {
    expect(shortfalls({})).toEqual([]);
    expect(shortfalls({ crashed: 1_000 }, { crashes: 1_000 })).toEqual([]);
  });

  it('fails for each thing that must not be, with a sentence about it', () => {
    expect(shortfalls({ verdict: { findings: [{ category: 'lost', hop: 'posted' }] } })).toEqual([
      '1 finding (lost at posted)',
    ]);
    expect(shortfalls({ verdict: { classes: { ...classes, expired: 3 } } })).toEqual([
      '3 pairs told to be lost for good',
    ]);
    expect(shortfalls({ stillFailed: 2 })).toEqual(['2 messages still failed']);
    expect(shortfalls({ settled: false })).toHaveLength(1);
    expect(shortfalls({ verdict: { classes: { ...classes, delivered: 0 } } })).toEqual([
      'no viewer had anything',
    ]);
    expect(shortfalls({ verdict: { faults: 59 } })).toEqual(['59 faults of at least 60']);
    expect(shortfalls({ verdict: { kinds: ['one'] } })).toEqual(['1 kinds of faults of at least 12']);
    expect(shortfalls({ crashed: 999 }, { crashes: 1_000 })).toEqual(['999 crashes of 1000']);
  });

  it('asks 60 faults of 12 kinds of five minutes of all kinds, and at least one of any run with faults', () => {
    expect(demandsOf({ faults: survivable, minutes: 5 }, {})).toEqual({ faults: 60, kinds: 12 });
    expect(demandsOf({ faults: survivable, minutes: 4.9 }, {})).toEqual({ faults: 1, kinds: 1 });
    expect(demandsOf({ faults: ['mqtt.restart'], minutes: 5 }, {})).toEqual({ faults: 1, kinds: 1 });
    expect(demandsOf({ faults: [], minutes: 5 }, {})).toEqual({ faults: 0, kinds: 0 });
    expect(demandsOf({ faults: survivable, minutes: 5 }, { crashes: 1_000 })).toEqual({
      faults: 1,
      kinds: 1,
    });
  });

  it('bounds what may still be by the rule of three', () => {
    expect([boundOf(0), boundOf(2), boundOf(300)]).toEqual([undefined, 1, 0.01]);
  });
});

describe('the claim of kills', () => {
  const kills: KillsResult = {
    ...{ way: 'queue', kills: 100, published: 30_000, acknowledged: 25_000 },
    ...{ lost: 0, duplicates: 7, barren: 0 },
  };

  it('holds where all were survived by everything that was acknowledged', () => {
    expect(killShortfallsOf(kills, 100)).toEqual([]);
  });

  it('fails for a loss, for fewer kills, and for kills of a broker that had nothing to lose', () => {
    expect(killShortfallsOf({ ...kills, lost: 1 }, 100)).toEqual(['1 of 25,000 acknowledged are lost']);
    expect(killShortfallsOf({ ...kills, kills: 99 }, 100)).toEqual(['99 kills of 100']);
    expect(killShortfallsOf({ ...kills, acknowledged: 24_999 }, 100)).toHaveLength(1);
    expect(killShortfallsOf({ ...kills, barren: 1 }, 100)).toHaveLength(1);
  });
});
