import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { Sighting } from '../witness.ts';
import { createUnrouted } from './unrouted.ts';

const told = (
  topics: string[],
  filters: (string | undefined)[] = ['moisture/+/beds', undefined],
  rule?: string,
) => {
  const lines: string[] = [];
  const sightings: Sighting[] = [];
  const rules = filters.map((topicFilter) => ({ topicFilter }));
  const unrouted = createUnrouted(rules, {
    witness: (sighting) => void sightings.push(sighting),
    report: (line) => void lines.push(line),
  });
  for (const topic of topics)
    unrouted({ topic, payload: Buffer.from(''), clientId: 'pump', timestamp: 5, rule });
  return { lines, sightings };
};

describe('a message that no rule takes', () => {
  it('is reported with the topics that rules take', () => {
    expect(told(['moisture/north']).lines).toEqual([
      'MQTT message to moisture/north matched no rule; rules take moisture/+/beds (said once of topics like it).',
    ]);
    expect(told(['a'], []).lines[0]).toContain('the template has none');
  });

  it('is reported once of topics that begin alike and have as many levels', () => {
    const { lines, sightings } = told(['a/1', 'a/2', 'a', 'b/1', 'a/1/x', 'a/2/y', 'a']);
    expect(lines.map((line) => line.split(' ')[3])).toEqual(['a/1', 'a', 'b/1', 'a/1/x']);
    expect(sightings).toHaveLength(7);
  });

  it('is reported of twenty kinds of topics at most, the last of which says so', () => {
    const { lines } = told(Array.from({ length: 100 }, (_, n) => `t${n}`));
    expect(lines).toHaveLength(20);
    expect(lines[18]).not.toContain('no other');
    expect(lines[19]).toContain(
      't19 matched no rule; rules take moisture/+/beds (said once of topics like it, and of no other topic).',
    );
  });

  it('is seen by the witness each time', () => {
    expect(told(['a/1', 'a/2']).sightings).toEqual([
      { hop: 'unrouted', at: 5, clientId: 'pump', topic: 'a/1' },
      { hop: 'unrouted', at: 5, clientId: 'pump', topic: 'a/2' },
    ]);
  });

  it('is nothing to speak of when the broker itself published it', () => {
    expect(told(['$aws/events/presence/connected/pump'])).toEqual({ lines: [], sightings: [] });
  });

  it('is reported by the name of the rule when it was meant for one', () => {
    const { lines, sightings } = told(['a'], [], 'gone');
    expect(lines).toEqual(['Basic Ingest: no enabled rule is named gone, the message is lost.']);
    expect(sightings).toHaveLength(1);
  });
});
