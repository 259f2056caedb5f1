import { describe, expect, it, vi } from 'vitest';
import { handlerMetrics } from '../../fanout/aws/metrics.ts';
import { createTally, tallyLines } from './tally.ts';

/** The lines that a handler would write for these. */
const linesOf = (...measured: Parameters<ReturnType<typeof handlerMetrics>['measure']>[]): string[] => {
  vi.stubEnv('POWERTOOLS_DEV', 'true'); // Else the library has a console of its own, that no test sees.
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const { measure, publish } = handlerMetrics('direct');
  for (const one of measured) measure(...one);
  publish();
  log.mockRestore();
  return lines;
};

describe('the tally', () => {
  it('adds up what functions publish, by reason too', () => {
    const tally = createTally();
    const lines = linesOf(
      ['Delivered', 3],
      ['Delivered', 4],
      ['Busy', 0],
      ['MessagesRejected', 1, 'bad_json'],
      ['MessagesRejected', 2, 'too_large'],
      ['IngestMs', 10],
      ['IngestMs', 30],
    );
    expect(lines).toHaveLength(3);
    expect([...lines, ...lines].every((line) => tally.take(line))).toBe(true);
    expect(tally.read()).toEqual({
      counts: { Delivered: 14, MessagesRejected: 6 },
      reasons: { MessagesRejected: { bad_json: 2, too_large: 4 } },
      times: { IngestMs: { count: 4, p50: 30, p99: 30, most: 30 } },
    });
  });

  it.each(['', 'TypeError: x', '{"level":"INFO"}', '{"_aws": torn'])('%j is nobody’s metrics', (line) => {
    expect(createTally().take(line)).toBe(false);
  });

  it('a handler that measured nothing writes nothing', () => {
    expect(linesOf()).toEqual([]);
  });
});

it('is told in sentences, without what did not happen', () => {
  const tally = {
    counts: { ReadingsAccepted: 10, MessagesRejected: 3, Delivered: 19, Folded: 1, Busy: 0, Posts: 5 },
    reasons: { MessagesRejected: { bad_json: 1, too_large: 2 } },
    times: {},
    denied: { 'iot:Publish': 2, 'iot:Subscribe': 1, 'iot:Connect': 4 },
    faults: { 'mqtt.restart': 1, 'function.crash': 3 },
  };
  expect(tallyLines(tally, { ingest: 0, rejects: 3, failures: 0, later: 0, events: 0, unrouted: 2 })).toEqual(
    [
      'Readings: 10 accepted, 3 rejected (too_large 2, bad_json 1), 2 on topics that no rule takes.',
      'Denied by the device policy: 7 requests (iot:Connect 4, iot:Publish 2, iot:Subscribe 1).',
      'To viewers: 19 delivered, 1 folded into others; 5 posts, 0.50 a reading.',
      'Faults, on purpose: function.crash 3, mqtt.restart 1.',
      'Left behind: 3 rejected.',
    ],
  );
  const nothing = { counts: {}, reasons: {}, times: {} };
  expect(
    tallyLines(nothing, { ingest: 0, rejects: 0, failures: 0, later: 0, events: 0, unrouted: 0 }),
  ).toEqual([]);
});
