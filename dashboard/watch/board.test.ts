import { expect, it } from 'vitest';
import type { SensorUpdate } from '../../fanout/protocol.ts';
import { Board } from './board.ts';

const update = (seq: number, over: Partial<SensorUpdate> = {}): SensorUpdate => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: seq,
  receivedAt: seq,
  sentAt: seq,
  boot: 1,
  seq,
  data: { seq },
  ...over,
});

it('the newest reading stays, though an older one comes later', () => {
  const board = new Board();
  [2, 3, 1].forEach((seq) => board.take(update(seq)));
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

it('a snapshot brings devices and whether they are online, and nothing older than what is there', () => {
  const board = new Board();
  board.take(update(9));
  const latest = { ts: 1, receivedAt: 1, boot: 1, seq: 1, data: {} };
  board.takeSnapshot({ deviceId: 'kettle-1', region: 'eu-west', online: true, lastSeen: 1, latest });
  board.takeSnapshot({ deviceId: 'oven-1', region: 'eu-west', lastSeen: 1, latest });
  expect(board.rows()).toMatchObject([{ online: true, update: { seq: 9 } }, { deviceId: 'oven-1' }]);
  expect(board.updates).toBe(1);
});

it('a status is shown of a device that is known', () => {
  const board = new Board();
  board.take(update(1));
  board.takeStatus({ deviceId: 'kettle-1', online: false });
  board.takeStatus({ deviceId: 'oven-1', online: true });
  expect(board.rows()).toMatchObject([{ deviceId: 'kettle-1', online: false }]);
});
