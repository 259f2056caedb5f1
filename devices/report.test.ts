import { describe, expect, it } from 'vitest';

import { type Progress, mergedCounts, progressOf } from './progress.ts';
import {
  behaviourWarnings,
  limitWarning,
  progressLines,
  shortfall,
  startFacts,
  startLine,
  summaryLines,
} from './report.ts';
import { withDefaults } from './settings.ts';
import { tally } from './tally.ts';

const quiet = progressOf(tally(2_000).counts(), 60, 12);
const summary = (differences: Partial<Progress>) => ({ ...quiet, ...differences });

describe('the start line', () => {
  it('repeats the run, without the password in the url', () => {
    const broker = 'mqtt://me:secret@10.0.0.1:1883';
    const facts = startFacts(withDefaults({ devices: 3, broker, regions: ['roof'], boot: 7, workers: 2 }, 0));
    expect(startLine(facts)).toBe(
      '3 devices in roof, 1 per second each, to mqtt://10.0.0.1:1883 (seed fieldcast, boot 7, 2 workers). Ctrl-C stops.',
    );
    expect(JSON.stringify(facts)).not.toContain('secret');
  });
});

describe('the live lines', () => {
  it('say nothing of what did not happen', () => {
    expect(progressLines(quiet)).toEqual([
      '0/2,000 connected · 0 published · 0 acknowledged · no ack yet',
      'event loop p99 12 ms',
    ]);
  });

  it('tell errors by reason and behaviours by kind, the most frequent first', () => {
    const lines = progressLines({
      ...quiet,
      errors: 5,
      errorsByReason: { 'no answer': 1, 'connection refused': 4 },
      behaviours: { offline: 2, duplicates: 1_300 },
    });
    expect(lines).toContain('5 errors: 4 connection refused, 1 no answer');
    expect(lines).toContain('behaviours: 1,300 duplicates, 2 offline');
  });
});

describe('the summary', () => {
  it('says which option helps against devices of the same name', () => {
    const errorsByReason = { 'another client came with this client id': 2 };
    expect(summaryLines(summary({ errors: 2, errorsByReason }))).toContain('--id-prefix');
    expect(summaryLines(summary({ errors: 1, errorsByReason: { 'no answer': 1 } }))).not.toContain(
      '--id-prefix',
    );
  });

  it('says what was lost', () => {
    const lines = summaryLines(summary({ dropped: 3, forgotten: 2 }));
    expect(lines).toContain(
      'Not acknowledged: 3 dropped from full buffers while offline, 2 forgotten by devices that behaviours restarted or kept offline.',
    );
  });

  it('is a partial failure for what was lost and who never connected, and not for what behaviours forget', () => {
    expect(shortfall(summary({ forgotten: 5, errors: 9 }))).toBeUndefined();
    expect(shortfall(summary({ published: 10, dropped: 1 }))).toBe(
      '1 of 10 messages was not acknowledged: look at the broker and the network.',
    );
    expect(shortfall(summary({ published: 10, unacknowledged: 2, connected: 1 }))).toContain(
      'AWS IoT does not answer what exceeds 100 publishes a second and connection.',
    );
    expect(shortfall(summary({ unreached: 2, lastError: 'no answer' }))).toBe(
      '2 of 2,000 devices never connected (no answer): look at the broker and the network.',
    );
  });
});

describe('the warning that the simulator is the limit', () => {
  it('is not given where its timers are on time', () => {
    expect(
      limitWarning({ ...quiet, published: 10_000, missed: 1 }, { workers: 1, cores: 2 }),
    ).toBeUndefined();
  });

  it('names the signs and what to do, which is more workers only while there are cores for them', () => {
    const late = { ...quiet, published: 1_000, missed: 300, eventLoopMs: 180 };
    const warning = limitWarning(late, { workers: 1, cores: 4 });
    expect(warning).toContain('event loop p99 180 ms, 300 readings missed');
    expect(warning).toContain('--workers 4');
    expect(limitWarning(late, { workers: 4, cores: 4 })).not.toContain('--workers');
  });
});

describe('the warnings about behaviours', () => {
  const refused = { kind: 'refused' } as const;
  const copies = { kind: 'duplicates', chance: 0.5 } as const;
  const warned = (rate: number, behaviours: Parameters<typeof behaviourWarnings>[1]['behaviours']) =>
    behaviourWarnings({ connected: 1, behaviours: {} }, { rate, behaviours });

  it('tell that a broker refused nobody', () => {
    expect(warned(1, [refused])).toEqual([expect.stringContaining('nobody was refused')]);
    expect(
      behaviourWarnings({ connected: 1, behaviours: { refused: 2 } }, { rate: 1, behaviours: [refused] }),
    ).toEqual([]);
  });

  it('tell that copies may exceed what one connection may publish', () => {
    expect(warned(50, [copies])).toEqual([]);
    expect(warned(90, [copies])).toEqual([expect.stringContaining('100 publishes a second')]);
    const crying = { kind: 'crying', factor: 5 } as const;
    expect(warned(1, [crying])).toEqual([]);
    expect(warned(1, [crying, copies])).toHaveLength(1);
  });
});

describe('counts of several processes', () => {
  it('add up, latencies and reasons included', () => {
    const parts = [tally(3), tally(2)];
    for (const [n, part] of parts.entries()) {
      part.up();
      part.published();
      part.settled('acknowledged', 10 ** n);
      part.failed('no answer', n === 1);
      part.behaved('reboot');
    }
    const merged = progressOf(
      mergedCounts([...parts.map((part) => part.counts()), mergedCounts([])]),
      1,
      null,
    );
    expect(merged).toMatchObject({
      devices: 5,
      connected: 2,
      published: 2,
      acknowledged: 2,
      waiting: 0,
      errors: 2,
      errorsByReason: { 'no answer': 2 },
      lastError: 'no answer',
      behaviours: { reboot: 2 },
    });
    expect(merged.ackMs.p99).toBeGreaterThan((merged.ackMs.p50 ?? 0) * 8);
  });

  it('keep the reasons of errors bounded', () => {
    const counts = tally(1);
    for (let n = 0; n < 100; n += 1) counts.failed(`reason ${n}`, false);
    const { errors } = counts.counts();
    expect(Object.keys(errors)).toHaveLength(21);
    expect(errors['other reasons']).toBe(80);
  });
});
