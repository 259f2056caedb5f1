import { beforeEach, describe, expect, it } from 'vitest';
import { noDelivery } from '../fanout/delivery.ts';
import type { Reading } from '../fanout/reading.ts';
import type { Said } from '../fanout/record.ts';
import { filter, type FilterPorts } from './filter.ts';
import { memoryRejects } from './memory/rejects.ts';
import { rejectReasons } from './rejectReasons.ts';
import type { RuleEvent } from './rule.ts';

const ruleEvent = (payload: string | Buffer, over: Partial<RuleEvent> = {}): RuleEvent => ({
  payload: Buffer.from(payload).toString('base64'),
  topic: 'telemetry/eu-west/kettle-1',
  clientId: 'kettle-1',
  receivedAt: 1_763_690_000_050,
  ...over,
});

const down = () => Promise.reject(new Error('down'));

let rejects: ReturnType<typeof memoryRejects>;
let delivered: Reading[][];
let measured: Parameters<FilterPorts['measure']>[];
/** What happened, in order. */
let steps: unknown[];
let ports: FilterPorts;

beforeEach(() => {
  rejects = memoryRejects();
  delivered = [];
  measured = [];
  steps = [];
  ports = {
    rejects,
    record: async (said) =>
      void steps.push(['recorded', ...said.map(({ reading, own }) => [reading.deviceId, own])]),
    deliver: async (readings) => {
      steps.push(['delivered', ...readings.map(({ deviceId }) => deviceId)]);
      delivered.push([...readings]);
      return { ...noDelivery, delivered: 2 * readings.length };
    },
    measure: (...measure) => void measured.push(measure),
    now: () => 1_763_690_000_100,
  };
});

const take = (...events: RuleEvent[]) => filter(ports)(events, Infinity);

it('a reading is delivered and not kept', async () => {
  expect(await take(ruleEvent('{"temperature":20}'))).toEqual(new Map());
  expect(delivered).toMatchObject([[{ deviceId: 'kettle-1', data: { temperature: 20 } }]]);
  expect(rejects.kept).toEqual([]);
  expect(measured).toContainEqual(['ReadingsAccepted', 1]);
  expect(measured).toContainEqual(['Matched', 2]);
  expect(measured).toContainEqual(['IngestMs', 50]);
});

it('a message that is no reading is kept with its exact bytes and its reason, counted, and not delivered', async () => {
  const event = ruleEvent(Buffer.from([0xff, 0x00, 0x7b]));
  expect(await take(event)).toEqual(new Map());
  expect(rejects.kept).toEqual([{ ...event, reason: 'bad_utf8' }]);
  expect(measured).toEqual([['MessagesRejected', 1, 'bad_utf8']]);
  expect(delivered).toEqual([]);
});

it('a reject that cannot be kept fails, so that the message is tried again', async () => {
  ports = { ...ports, rejects: { keep: down } };
  expect([...(await take(ruleEvent('nonsense'))).keys()]).toEqual([0]);
});

it('every reason says in one sentence what to mend', () => {
  for (const sentence of Object.values(rejectReasons)) expect(sentence).toMatch(/^[A-Z"].*\.$/);
});

it('a reading is recorded before it is delivered', async () => {
  await take(ruleEvent('{"temperature":20}'));
  expect(steps).toEqual([
    ['recorded', ['kettle-1', true]],
    ['delivered', 'kettle-1'],
  ]);
});

it('a reading that came over the connection of a gateway is not a sign that the device itself is connected', async () => {
  await take(ruleEvent('{"temperature":20}', { clientId: 'gateway-7' }));
  expect(steps[0]).toEqual(['recorded', ['kettle-1', false]]);
});

describe('of a batch', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      ruleEvent(`{"n":${n}}`, { topic: `telemetry/eu-west/kettle-${n}` }),
    );

  it('all readings are delivered together', async () => {
    await take(...many(3));
    expect(delivered.map((readings) => readings.length)).toEqual([3]);
  });

  it('a message that is no reading costs no other', async () => {
    await take(...many(1), ruleEvent('nonsense'), ...many(2).slice(1));
    expect(delivered[0]).toHaveLength(2);
    expect(rejects.kept).toHaveLength(1);
  });

  it('only those fail that could not be recorded, and the others are delivered', async () => {
    const record = async (said: readonly Said[]) => {
      if (said.some(({ reading }) => reading.deviceId === 'kettle-30')) throw new Error('throttled');
    };
    ports = { ...ports, record };
    const failed = await take(...many(60));
    expect([...failed.keys()]).toEqual(Array.from({ length: 25 }, (_, n) => 25 + n));
    expect(delivered[0]).toHaveLength(35);
  });

  it('all that were recorded fail where delivery fails: they are delivered again', async () => {
    ports = { ...ports, deliver: down };
    const failed = await take(...many(2), ruleEvent('nonsense'));
    expect([...failed.keys()]).toEqual([0, 1]);
  });
});

it('a reading that came twice in a batch is delivered once', async () => {
  await take(
    ruleEvent('{"boot":1,"seq":1}'),
    ruleEvent('{"boot":1,"seq":1}'),
    ruleEvent('{"boot":1,"seq":2}'),
  );
  expect(delivered[0]?.map(({ seq }) => seq)).toEqual([1, 2]);
});

it('what cannot be recorded in time for its delivery is tried again', async () => {
  const failed = await filter(ports)([ruleEvent('{}')], ports.now() + 3_999);
  expect([...failed.keys()]).toEqual([0]);
  expect(steps).toEqual([]);
});
