import { expect, it } from 'vitest';
import type { Delivery } from '../fanout/deliver.ts';
import type { Reading } from '../fanout/reading.ts';
import { filter } from './filter.ts';
import { memoryRejects } from './memory/rejects.ts';
import { rejectReasons } from './rejectReasons.ts';
import type { RuleEvent } from './rule.ts';

const delivery: Delivery = {
  delivered: 2,
  gone: 0,
  busy: 0,
  refused: 0,
  folded: 0,
  filtered: 0,
  notGranted: 0,
  tokenExpired: 0,
};

const ruleEvent = (payload: string | Buffer, over: Partial<RuleEvent> = {}): RuleEvent => ({
  payload: Buffer.from(payload).toString('base64'),
  topic: 'telemetry/eu-west/kettle-1',
  clientId: 'kettle-1',
  receivedAt: 1_763_690_000_050,
  ...over,
});

const run = () => {
  const rejects = memoryRejects();
  const delivered: Reading[] = [];
  /** What happened, in order. */
  const steps: unknown[] = [];
  const record = async (reading: Reading, { own }: { own: boolean }) =>
    void steps.push(['recorded', reading.deviceId, own]);
  const deliver = async (reading: Reading) => {
    steps.push(['delivered', reading.deviceId]);
    delivered.push(reading);
    return delivery;
  };
  return { rejects, delivered, steps, take: filter({ rejects, record, deliver }) };
};

it('a reading is delivered and not kept', async () => {
  const { rejects, delivered, take } = run();
  expect(await take(ruleEvent('{"temperature":20}'))).toEqual({ accepted: true, delivery });
  expect(delivered).toMatchObject([{ deviceId: 'kettle-1', data: { temperature: 20 } }]);
  expect(rejects.kept).toEqual([]);
});

it('a message that is no reading is kept with its exact bytes and its reason, and not delivered', async () => {
  const { rejects, delivered, take } = run();
  const event = ruleEvent(Buffer.from([0xff, 0x00, 0x7b]));
  expect(await take(event)).toEqual({ accepted: false, reason: 'bad_utf8' });
  expect(rejects.kept).toEqual([{ ...event, reason: 'bad_utf8' }]);
  expect(delivered).toEqual([]);
});

it('a reject that cannot be kept fails, so that the message is tried again', async () => {
  const rejects = { keep: () => Promise.reject(new Error('queue down')) };
  const take = filter({ rejects, record: async () => undefined, deliver: async () => delivery });
  await expect(take(ruleEvent('nonsense'))).rejects.toThrow('queue down');
});

it('every reason says in one sentence what to mend', () => {
  for (const sentence of Object.values(rejectReasons)) expect(sentence).toMatch(/^[A-Z"].*\.$/);
});

it('a reading is recorded before it is delivered', async () => {
  const { steps, take } = run();
  await take(ruleEvent('{"temperature":20}'));
  expect(steps).toEqual([
    ['recorded', 'kettle-1', true],
    ['delivered', 'kettle-1'],
  ]);
});

it('a reading that came over the connection of a gateway is not a sign that the device itself is connected', async () => {
  const { steps, take } = run();
  await take(ruleEvent('{"temperature":20}', { clientId: 'gateway-7' }));
  expect(steps[0]).toEqual(['recorded', 'kettle-1', false]);
});
