import { expect, it } from 'vitest';
import type { Update } from '../../fanout/client/clientTypes.ts';
import { Board } from './board.ts';

const update = (seq: number, over: Partial<Update> = {}): Update => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: seq,
  receivedAt: seq,
  sentAt: seq,
  boot: 1,
  seq,
  data: { seq },
  source: 'live',
  subscriptions: ['s1'],
  ...over,
});
const status = (at: number, online: boolean) => ({ deviceId: 'kettle-1', region: 'eu-west', online, at });

it('the newest reading stays, though an older one comes later', () => {
  const board = new Board();
  [update(2), update(3), update(1, { late: true })].forEach((one) => board.take(one));
  expect(board.rows()).toMatchObject([{ deviceId: 'kettle-1', update: { data: { seq: 3 } } }]);
  expect(board.updates).toBe(3);
});

it('a folded update counts what it stands for beyond itself', () => {
  const board = new Board();
  board.take(update(5, { folded: { count: 5, min: {}, max: {} } }));
  board.take(update(6));
  expect(board.rows()).toMatchObject([{ folded: 4 }]);
});

it('devices stand in the order of their ids', () => {
  const board = new Board();
  ['b', 'a', 'c'].forEach((deviceId) => board.take(update(1, { deviceId })));
  expect(board.rows().map(({ deviceId }) => deviceId)).toEqual(['a', 'b', 'c']);
});

it('what a snapshot says is shown, and counts as no update', () => {
  const board = new Board();
  board.take(update(1, { source: 'snapshot' }));
  expect([board.size, board.updates]).toEqual([1, 0]);
});

it('whether a device is online is known before its first reading, and by the later word', () => {
  const board = new Board();
  board.takeStatus(status(2, false));
  board.takeStatus(status(1, true));
  expect(board.rows()).toEqual([]);
  board.take(update(1));
  expect(board.rows()).toMatchObject([{ online: false }]);
});
