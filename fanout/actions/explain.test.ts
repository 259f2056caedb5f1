import { beforeEach, expect, it } from 'vitest';
import { aConnection, aReading } from '../factories.ts';
import { limits } from '../limits.ts';
import { anEdge, type Edge } from '../memory/edge.testing.ts';
import type { FrameOf } from '../protocol.ts';

let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open({ grants: ['type:pump', 'region:eu-*'] });
});

const explain = async (device = 'kettle-1'): Promise<FrameOf<'explain'>> => {
  const [frame] = await edge.ask({ action: 'explain', id: 'e', device });
  if (frame?.type !== 'explain') throw new Error(JSON.stringify(frame));
  return frame;
};
const subscribe = (over: object = {}) =>
  edge.ask({ action: 'subscribe', id: 's1', to: { region: 'eu-west' }, ...over });
const detailOf = ({ stages }: FrameOf<'explain'>, stage: string) =>
  stages.find((each) => each.stage === stage)?.detail;

it('a device that comes is followed from the connection to the rate', async () => {
  await edge.record(aReading());
  await subscribe();
  const explained = await explain();
  expect(explained).toMatchObject({ id: 'e', device: 'kettle-1', delivered: true });
  expect(explained.stages.map(({ detail }) => detail)).toEqual([
    "This connection is ada's and stays open until 2025-11-21T03:52:20.000Z at the latest.",
    'Its token is good until 2025-11-21T02:53:20.000Z.',
    'kettle-1 is in region eu-west, of type kettle, and was last heard at 2025-11-21T01:53:21.000Z.',
    'Your grant region:eu-* covers it.',
    'You get kettle-1 through subscription s1 (region eu-west).',
    'The newest reading is one you asked for: s1 takes every reading.',
    'You get each reading that matches at once; no maxRate folds them.',
  ]);
});

it.each([
  ['of which nothing is known', 'kettle-9'],
  ['that the grants do not cover', 'hidden-1'],
])('a device %s ends the explanation', async (_, device) => {
  await edge.record(aReading({ deviceId: 'hidden-1', region: 'us-east' }));
  const { delivered, stages } = await explain(device);
  expect(delivered).toBe(false);
  expect(stages.map(({ stage, ok }) => [stage, ok])).toEqual([
    ['connection', true],
    ['token', true],
    ['device', false],
  ]);
});

it('a device nobody subscribed to says so', async () => {
  await edge.record(aReading());
  await subscribe({ to: { region: 'eu-north' } });
  const explained = await explain();
  expect(explained.delivered).toBe(false);
  expect(detailOf(explained, 'subscriptions')).toMatch(/None of your 1 subscriptions/);
});

it('a where that does not match is told with what the reading has', async () => {
  await edge.record(aReading());
  const where = [
    { field: 'temperature', op: '>', value: 30 },
    { field: 'state', op: '==', value: 'on' },
  ];
  await subscribe({ where });
  const explained = await explain();
  expect(explained.delivered).toBe(false);
  expect(detailOf(explained, 'where')).toBe(
    'The newest reading is none you asked for: s1 wants temperature > 30 and state == "on"; it has temperature 21.4 and no state.',
  );
});

it('folding is told in numbers', async () => {
  await edge.record(aReading());
  await subscribe({ maxRate: 1 });
  const key = { connectionId: aConnection().connectionId, deviceId: 'kettle-1' };
  await edge.ports.paces.write(key, { nextAt: 0, matched: 10, updates: 1 }, undefined);
  expect(detailOf(await explain(), 'rate')).toBe(
    'You get at most 1 update a second of it: 9 of 10 readings were folded by maxRate 1.',
  );
});

it('the longest wishes fit into an explanation', async () => {
  const texts = { field: 'f'.repeat(limits.fieldCharacters), value: '\u0001'.repeat(256) };
  const where = Array.from({ length: limits.conditions }, () => ({ ...texts, op: '==' }));
  await edge.record(aReading({ data: { [texts.field]: '\u0001'.repeat(20_000) } }));
  for (const id of ['a', 'b', 'c', 'd', 'e']) await subscribe({ id: id.repeat(64), where });
  expect(Buffer.byteLength(JSON.stringify(await explain()))).toBeLessThan(limits.frameBytes);
});
