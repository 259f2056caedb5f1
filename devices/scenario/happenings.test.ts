import { describe, expect, it } from 'vitest';
import type { ReadingEvent } from '../sender.ts';
import type { ConnectionListener, Transport } from '../transport.ts';
import { recorder, tellingRefusals, type Happening } from './happenings.ts';

const event: ReadingEvent = {
  ...{ deviceId: 'd', region: 'a', type: 'pump', boot: 1, seq: 0, ts: 5, at: 5, outcome: 'attempted' },
  payload: '{"ts":5,"seq":0,"boot":1,"type":"pump","flow":1}',
};

const recorded = (...events: readonly ReadingEvent[]) => {
  const hops: string[] = [];
  const happenings: Happening['what'][] = [];
  const record = recorder({ write: (hop) => void hops.push(hop) }, ({ what }) => void happenings.push(what));
  events.forEach(record);
  return { hops, happenings };
};

describe('of what happens to a message', () => {
  it('a reading and its acknowledgement are hops', () => {
    expect(recorded(event, { ...event, outcome: 'acknowledged' })).toEqual({
      hops: ['attempted', 'acknowledged'],
      happenings: [],
    });
  });

  it('a copy is a hop, and told', () => {
    expect(recorded({ ...event, copy: true })).toEqual({ hops: ['attempted'], happenings: ['repeated'] });
  });

  it('what is no reading is told once, and no hop', () => {
    const malformed = { ...event, payload: '{', malformed: 'truncated' as const };
    expect(recorded(malformed, { ...malformed, outcome: 'acknowledged' })).toEqual({
      hops: [],
      happenings: ['malformed'],
    });
  });
});

it('a refusal is told, and handed on', () => {
  const told: string[] = [];
  const listeners: ConnectionListener[] = [];
  const silent: Transport = {
    connect: (_, listener) => {
      listeners.push(listener);
      return {
        publish: async () => 'unacknowledged',
        drop: () => undefined,
        resume: () => undefined,
        close: async () => undefined,
      };
    },
  };
  const transport = tellingRefusals(silent, ({ what, deviceId }) => void told.push(`${what} ${deviceId}`));
  transport.connect(
    { clientId: 'd' },
    { connected: () => undefined, lost: () => undefined, refused: (reason) => void told.push(reason) },
  );
  listeners[0]?.refused('not authorized');
  expect(told).toEqual(['refused d', 'not authorized']);
});
