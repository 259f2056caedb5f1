import { expect, it } from 'vitest';
import { payloadOf, seenInFrame, seenInMessage, shaOf, type Said } from './stamp.ts';

const said: Said = {
  ...{ deviceId: 'pump-1', region: 'a', deviceType: 'pump', boot: 2, seq: 7 },
  data: { flow: 1.5, spectrum: [1, 2], running: true },
};
const topic = 'telemetry/a/pump-1';

it('a message and a frame of one reading have its checksum', () => {
  const seen = { deviceId: 'pump-1', boot: 2, seq: 7, sha: shaOf(said) };
  expect(seenInMessage(topic, payloadOf(said, 1))).toEqual(seen);
  expect(seenInMessage(`$aws/rules/r/${topic}`, payloadOf(said, 1))).toEqual(seen);
  // A table on the way may change the order of fields.
  const data = Object.fromEntries(Object.entries(said.data).reverse());
  expect(seenInFrame({ ...said, ts: 9, data })).toEqual(seen);
});

it.each([
  ['number', { flow: 1.6 }],
  ['field', { flow: 1.5, more: 1 }],
  ['order of elements', { spectrum: [2, 1] }],
])('another %s is another checksum', (_, data) => {
  expect(shaOf({ ...said, data: { ...said.data, ...data } })).not.toBe(shaOf(said));
});

it.each([
  ['elsewhere', 'status/a/pump-1', '{"seq":1}'],
  ['truncated', topic, '{"seq":'],
  ['no object', topic, '[{"seq":1}]'],
  ['not JSON', topic, '{"seq":1,"value":NaN}'],
  ['too large', topic, JSON.stringify({ seq: 1, padding: 'x'.repeat(25_000) })],
])('a message that is %s is no reading', (_, where, payload) => {
  expect(seenInMessage(where, payload)).toBeUndefined();
});

it('a reading of a device that does not count is called by its time', () => {
  expect(seenInMessage(topic, '{"ts":12,"flow":1}')).toMatchObject({ boot: 0, seq: 12 });
});
