import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../clock.ts';
import { createFaults, noFaults, type Faults } from '../faults/faults.ts';
import type { FunctionSettings } from '../lambda/functionSettings.ts';
import type { InvokeResult } from '../lambda/invocation.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Resource } from '../resource.ts';
import { createQueue, type Queue } from '../sqs/queue.ts';
import type { QueueSettings } from '../sqs/queueSettings.ts';
import { startEventSources, type EventSources } from './startEventSources.ts';

const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

type Timer = { at: number; action: () => void };

/** A clock that only a test moves. `nextTimer` resolves when somebody starts to wait for `ms`. */
const handClock = () => {
  let now = 1_700_000_000_000;
  const due = new Set<Timer>();
  const watchers = new Map<number, () => void>();
  const clock: Clock = {
    now: () => now,
    after: (ms, action) => {
      const timer = { at: now + ms, action };
      due.add(timer);
      watchers.get(ms)?.();
      return () => due.delete(timer);
    },
  };
  return {
    clock,
    timerOf: (ms: number) => new Promise<void>((resolve) => watchers.set(ms, resolve)),
    advance: (ms: number) => {
      now += ms;
      for (const timer of [...due].filter(({ at }) => at <= now)) {
        due.delete(timer);
        timer.action();
      }
    },
  };
};

/** Lets time pass until something has come. */
const passing = async <T>(advance: (ms: number) => void, coming: Promise<T>): Promise<T> => {
  const state = { done: false };
  void coming.then(() => (state.done = true));
  await turn();
  while (!state.done) {
    advance(1000);
    await turn();
  }
  return coming;
};

type Record_ = { messageId: string; body: string; attributes: Record<string, string> };
type Call = { records: Record_[]; event: unknown; answer: (result: InvokeResult | undefined) => void };

const ok = (payload: unknown = null): InvokeResult => ({ kind: 'ok', payload });
const failure: InvokeResult = { kind: 'error', errorType: 'Error', errorMessage: 'no' };
const bodies = ({ records }: Call): string[] => records.map(({ body }) => body);

/** The calls of a function, one after the other, each answered by the test. */
const callsOf = () => {
  const calls: Call[] = [];
  const readers: ((call: Call) => void)[] = [];
  const invoke = (_name: string, event: unknown): Promise<InvokeResult | undefined> =>
    new Promise((answer) => {
      // A cast: the test knows what it is sent.
      const { Records } = event as { Records: Record_[] };
      const call = { records: Records, event, answer };
      const reader = readers.shift();
      if (reader) reader(call);
      else calls.push(call);
    });
  const next = (): Promise<Call> => {
    const call = calls.shift();
    return call ? Promise.resolve(call) : new Promise((resolve) => readers.push(resolve));
  };
  return { invoke, next, waiting: () => calls.length };
};

const mapping = (properties: Record<string, unknown> = {}): Resource => ({
  logicalId: 'Mapping',
  type: 'AWS::Lambda::EventSourceMapping',
  ref: 'm',
  properties: { EventSourceArn: arnOf('jobs'), FunctionName: 'worker', ...properties },
});

const settingsOf = (name: string, changes: Partial<QueueSettings> = {}): QueueSettings => ({
  name,
  arn: arnOf(name),
  visibilityTimeout: 60,
  retentionPeriod: 345_600,
  delay: 0,
  receiveWait: 0,
  maxBytes: 1_048_576,
  ...changes,
});

let running: EventSources | undefined;
afterEach(() => running?.close());

const start = (
  resources: Resource[],
  options: {
    clock?: Clock;
    queue?: Partial<QueueSettings>;
    target?: Partial<FunctionSettings>;
    faults?: Faults;
    meter?: Meter;
  } = {},
) => {
  const { clock = handClock().clock, faults = noFaults, meter = createMeter() } = options;
  const dead = createQueue(settingsOf('dead'), { clock });
  const jobs = createQueue(settingsOf('jobs', options.queue), { clock, faults, deadLetterQueue: () => dead });
  const queues = new Map<string, Queue>([jobs, dead].map((queue) => [queue.settings.arn, queue]));
  // A cast: no more is read of it.
  const target = {
    name: 'worker',
    timeoutMs: 10_000,
    concurrency: 50,
    ...options.target,
  } as FunctionSettings;
  const calls = callsOf();
  const lines: string[] = [];
  running = startEventSources({
    resources,
    region: 'eu-west-1',
    clock,
    queues: { find: (arn) => queues.get(arn) },
    functions: { find: (name) => (name === 'worker' ? target : undefined), invokeInTurn: calls.invoke },
    meter,
    report: (line) => lines.push(line),
  });
  /** Not awaited, so that messages of one turn come together. */
  const send = (body: string, delay = 0): void => void jobs.send({ body, attributes: {} }, { delay });
  return { jobs, dead, calls, lines, send };
};

describe('an event source', () => {
  it('calls with the records of AWS', async () => {
    const { jobs, calls } = start([mapping()]);
    const attributes = {
      kind: { DataType: 'String', StringValue: 'x' },
      blob: { DataType: 'Binary', BinaryValue: 'AQI=' },
    };
    const { id } = await jobs.send({ body: 'test', attributes }, { senderId: 'AKIASENDER' });
    const { event, answer } = await calls.next();
    expect(event).toStrictEqual({
      Records: [
        {
          messageId: id,
          receiptHandle: expect.any(String) as string,
          body: 'test',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: '1700000000000',
            SenderId: 'AKIASENDER',
            ApproximateFirstReceiveTimestamp: '1700000000000',
          },
          messageAttributes: {
            kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
            blob: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
          },
          md5OfMessageAttributes: expect.stringMatching(/^[\da-f]{32}$/) as string,
          md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
          eventSource: 'aws:sqs',
          eventSourceARN: arnOf('jobs'),
          awsRegion: 'eu-west-1',
        },
      ],
    });
    answer(ok());
  });

  it('takes up to ten messages by default, and deletes what the function has done', async () => {
    const { jobs, calls, send } = start([mapping()]);
    for (let n = 0; n < 12; n++) send(String(n));
    const [first, second] = [await calls.next(), await calls.next()];
    expect([first.records.length, second.records.length]).toEqual([10, 2]);
    first.answer(ok());
    send('fence');
    await calls.next();
    expect(jobs.depth()).toEqual({ visible: 0, inFlight: 3, delayed: 0 });
  });

  it('gathers for the batching window, from the first message on', async () => {
    const { clock, advance, timerOf } = handClock();
    const batching = mapping({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 5 });
    const { calls, send } = start([batching], { clock });
    const opened = timerOf(5000);
    send('a');
    await opened;
    const still = timerOf(1000);
    send('b');
    advance(4000);
    send('c');
    await still;
    expect(calls.waiting()).toBe(0);
    advance(1000);
    expect(bodies(await calls.next())).toEqual(['a', 'b', 'c']);
  });

  it('calls at once when the batch is full', async () => {
    const { calls, send } = start([mapping({ BatchSize: 20, MaximumBatchingWindowInSeconds: 300 })]);
    for (let n = 0; n < 20; n++) send(String(n));
    expect((await calls.next()).records).toHaveLength(20);
  });

  it('calls when an event would be larger than 6 MB', async () => {
    const { calls, send } = start([mapping({ BatchSize: 20, MaximumBatchingWindowInSeconds: 300 })]);
    for (let n = 0; n < 8; n++) send('"'.repeat(500_000));
    const { event, records } = await calls.next();
    expect(records).toHaveLength(6);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(6 * 1024 * 1024);
  });

  it('has no more events in work than MaximumConcurrency, and leaves the rest in the queue', async () => {
    const { jobs, calls, send } = start([
      mapping({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }),
    ]);
    for (const body of ['a', 'b', 'c']) send(body);
    const [a, b] = [await calls.next(), await calls.next()];
    expect([bodies(a), bodies(b)]).toEqual([['a'], ['b']]);
    expect(jobs.depth()).toEqual({ visible: 1, inFlight: 2, delayed: 0 });
    b.answer(ok());
    expect(bodies(await calls.next())).toEqual(['c']);
  });

  it('does not poll when it is not enabled', async () => {
    const { jobs } = start([mapping({ Enabled: false })]);
    await jobs.send({ body: 'a', attributes: {} });
    expect(await jobs.receive({ max: 1 })).toHaveLength(1);
  });

  it('delivers a delayed message when it is due, and not before', async () => {
    const { clock, advance, timerOf } = handClock();
    const { calls, send } = start([mapping()], { clock });
    const waits = timerOf(7000);
    send('late', 7);
    await waits;
    advance(6999);
    send('now');
    const first = await calls.next();
    expect(bodies(first)).toEqual(['now']);
    advance(1);
    expect(bodies(await calls.next())).toEqual(['late']);
  });

  it('delivers a delayed message on a fast clock', async () => {
    const clock = scaledClock(600);
    const { jobs, calls } = start([mapping()], { clock });
    const { sentAt } = await jobs.send({ body: 'late', attributes: {} }, { delay: 900 });
    await calls.next();
    expect(clock.now() - sentAt).toBeGreaterThanOrEqual(900_000);
  });
});

describe('a batch that fails', () => {
  it('comes again after the visibility time-out, and ends in the dead-letter queue', async () => {
    const { clock, advance } = handClock();
    const redrive = { deadLetterArn: arnOf('dead'), maxReceiveCount: 2 };
    const { jobs, dead, calls, lines, send } = start([mapping()], { clock, queue: { redrive } });
    send('poison');
    for (const count of ['1', '2']) {
      const before = clock.now();
      const { records, answer } = await passing(advance, calls.next());
      expect(records[0]?.attributes['ApproximateReceiveCount']).toBe(count);
      expect(clock.now() - before).toBe(count === '1' ? 0 : 60_000);
      answer(failure);
    }
    send('good', 90);
    expect(bodies(await passing(advance, calls.next()))).toEqual(['good']);
    expect(dead.messages().map(({ body }) => body)).toEqual(['poison']);
    expect(jobs.depth()).toMatchObject({ inFlight: 1 });
    expect(lines).toEqual(
      Array(2).fill('Queue jobs keeps a batch of 1: function worker failed (Error: no).'),
    );
  });

  const partial = mapping({
    BatchSize: 3,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumBatchingWindowInSeconds: 1,
  });
  const failures = (...itemIdentifier: unknown[]) =>
    ok({ batchItemFailures: itemIdentifier.map((id) => ({ itemIdentifier: id })) });

  /** What is left of three messages once the function has answered. */
  const left = async (answerOf: (ids: string[]) => InvokeResult | undefined, resource = partial) => {
    const { jobs, calls, lines, send } = start([resource]);
    for (const body of ['a', 'b', 'c']) send(body);
    const { records, answer } = await calls.next();
    answer(answerOf(records.map(({ messageId }) => messageId)));
    for (const body of ['x', 'y', 'z']) send(body);
    await calls.next();
    const kept = jobs.messages().map(({ body }) => body);
    return { kept: kept.filter((body) => 'abc'.includes(body)).join(''), lines };
  };

  it.each([
    ['nothing is reported', () => ok({ batchItemFailures: [] }), ''],
    ['the list is null', () => ok({ batchItemFailures: null }), ''],
    ['the answer is null', () => ok(null), ''],
    ['the answer is empty', () => ok({}), ''],
    ['one is reported', ([, b]: string[]) => failures(b), 'b'],
    ['one is reported twice', ([, , c]: string[]) => failures(c, c), 'c'],
    ['all are reported', (ids: string[]) => failures(...ids), 'abc'],
    ['an unknown id is among them', ([a]: string[]) => failures(a, 'who?'), 'abc'],
    ['an id is empty', () => failures(''), 'abc'],
    ['an id is null', () => failures(null), 'abc'],
    ['a key is misspelt', ([a]: string[]) => ok({ batchItemFailures: [{ itemId: a }] }), 'abc'],
    ['the list is none', () => ok({ batchItemFailures: 'a' }), 'abc'],
    ['the function throws', () => failure, 'abc'],
    ['the function has no environment in time', () => undefined, 'abc'],
  ])('keeps what it should when %s', async (_, answerOf, kept) => {
    expect(await left(answerOf)).toMatchObject({ kept });
  });

  it('is not asked what failed without ReportBatchItemFailures', async () => {
    const whole = mapping({ BatchSize: 3, MaximumBatchingWindowInSeconds: 1 });
    expect(await left(([, b]) => failures(b), whole)).toMatchObject({ kept: '', lines: [] });
  });

  it('of a thousand messages leaves in the queue the three that failed', async () => {
    const thousand = { ...partial.properties, BatchSize: 1000 };
    const { clock, advance } = handClock();
    const { jobs, calls, send } = start([{ ...partial, properties: thousand }], { clock });
    for (let n = 0; n < 1000; n++) send(String(n));
    const { records, answer } = await calls.next();
    expect(records).toHaveLength(1000);
    const failed = [0, 500, 999].map((n) => records[n]?.messageId);
    answer(failures(...failed));
    const again = await passing(advance, calls.next());
    expect(again.records.map(({ messageId }) => messageId)).toEqual(failed);
    expect(jobs.messages().map(({ id }) => id)).toEqual(failed);
    again.answer(ok());
    send('fence', 1);
    expect(bodies(await passing(advance, calls.next()))).toEqual(['fence']);
    expect(jobs.messages()).toHaveLength(1);
  });

  it('is hidden for as long as the function works, however fast the clock', async () => {
    const clock = scaledClock(100_000);
    const { calls, send } = start([mapping({ BatchSize: 1 })], { clock });
    send('slow');
    const slow = await calls.next();
    send('later', 900);
    const later = await calls.next();
    expect(bodies(later)).toEqual(['later']);
    slow.answer(failure);
    const again = await calls.next();
    expect(again.records[0]).toMatchObject({ body: 'slow', attributes: { ApproximateReceiveCount: '2' } });
  });
});

it('a message that is to come twice comes twice', async () => {
  const { clock } = handClock();
  const faults = createFaults({ seed: 1, clock });
  await faults.set('sqs.duplicate', { only: 'jobs' });
  const { calls, send } = start([mapping()], { clock, faults });
  send('a');
  (await calls.next()).answer(ok());
  const again = await calls.next();
  expect(bodies(again)).toEqual(['a']);
  again.answer(ok());
  send('b');
  expect(bodies(await calls.next())).toEqual(['b']);
});

describe('the requests of its pollers', () => {
  const requests = (meter: Meter) => meter.read()['sqs.requests']?.['jobs'] ?? 0;

  it('are metered by ten messages and by 64 KB, and once for each ten that are deleted', async () => {
    const meter = createMeter();
    const batching = mapping({ BatchSize: 22, MaximumBatchingWindowInSeconds: 300 });
    const { calls, send } = start([batching], { meter });
    for (let n = 0; n < 21; n++) send('x');
    send('x'.repeat(65_536));
    const { answer } = await calls.next();
    expect(requests(meter)).toBe(1 + 1 + 2);
    answer(ok());
    send('fence');
    await turn();
    expect(requests(meter)).toBe(4 + 3);
  });

  it('are metered while it is quiet: five pollers, 20 s each', async () => {
    const { clock, advance } = handClock();
    const meter = createMeter();
    start([mapping()], { clock, meter });
    for (let n = 0; n < 60; n++) advance(1000);
    expect(requests(meter)).toBe(15);
  });
});

describe('a mapping', () => {
  const problems: [string, Record<string, unknown>, string][] = [
    ['a batch of more than 10,000', { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, 'bad_property'],
    ['a batch of more than 10 without a window', { BatchSize: 11 }, 'bad_property'],
    ['a window of more than 300 s', { MaximumBatchingWindowInSeconds: 301 }, 'bad_property'],
    ['a concurrency below 2', { ScalingConfig: { MaximumConcurrency: 1 } }, 'bad_property'],
    ['an unknown response type', { FunctionResponseTypes: ['Report'] }, 'bad_property'],
    ['filters', { FilterCriteria: { Filters: [{ Pattern: '{}' }] } }, 'unsupported_event_source'],
    ['a stream', { EventSourceArn: 'arn:aws:kinesis:r:0:stream/s' }, 'unsupported_event_source'],
    ['an unknown queue', { EventSourceArn: arnOf('gone') }, 'unknown_queue'],
    ['an unknown function', { FunctionName: 'gone' }, 'unknown_function'],
    ['no function', { FunctionName: undefined }, 'bad_property'],
  ];
  it.each(problems)('may not have %s', (_, properties, code) => {
    expect(() => start([mapping(properties)])).toThrow(expect.objectContaining({ name: 'TwinError', code }));
  });

  it('may not join a queue that hides messages for less than the function may run', () => {
    const options = { queue: { visibilityTimeout: 9 } };
    expect(() => start([mapping()], options)).toThrow(/queue jobs \(9 s\) .* function worker \(10 s\)/);
    start([mapping()], { queue: { visibilityTimeout: 10 } });
  });

  it('may not be there twice', () => {
    expect(() => start([mapping(), mapping({ BatchSize: 1 })])).toThrow(/queue jobs and function worker/);
  });

  it('is told which properties are not honoured', () => {
    const { lines } = start([mapping({ ScalingConfig: { Minimum: 1 }, Tags: [], KmsKeyArn: 'k' })]);
    expect(lines.map((line) => line.split(': ')[1])).toEqual([
      'KmsKeyArn is not honoured by the twin',
      'ScalingConfig.Minimum is not honoured by the twin',
    ]);
  });
});
