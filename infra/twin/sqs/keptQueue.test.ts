import { expect, describe, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { memoryJournals } from '../journal/journal.testing.ts';
import { NotKept } from '../journal/journal.ts';
import { createQueue, type Queue, type StoredMessage } from './queue.ts';
import type { QueueSettings } from './queueSettings.ts';

const settingsOf = (name: string, changes: Partial<QueueSettings> = {}): QueueSettings => ({
  name,
  arn: `arn:aws:sqs:eu-west-1:000000000000:${name}`,
  visibilityTimeout: 60,
  retentionPeriod: 3600,
  delay: 0,
  receiveWait: 0,
  maxBytes: 1_048_576,
  ...changes,
});

/** Queues over journals that stay; `boot` starts them anew, as after a kill. */
const bench = (changes: Partial<QueueSettings> = {}) => {
  const time = { now: 1_700_000_000_000 };
  const clock: Clock = { now: () => time.now, after: () => () => undefined };
  const journals = memoryJournals();
  const faults = createFaults({ seed: 1, clock });
  const boot = (): { jobs: Queue; dead: Queue } => {
    const open = (name: string) => journals.open<StoredMessage>(`queue-${name}`);
    const dead = createQueue(settingsOf('dead'), { clock, journal: open('dead') });
    const parts = { clock, faults, journal: open('jobs'), deadLetterQueue: () => dead };
    return { jobs: createQueue(settingsOf('jobs', changes), parts), dead };
  };
  return { time, journals, faults, boot };
};

const draft = (body: string) => ({ body, attributes: {} });
const bodies = (queue: Queue): string[] => queue.messages().map(({ body }) => body);
const receive = async (queue: Queue): Promise<string[]> =>
  (await queue.receive({ max: 10 })).map(({ message }) => message.body);

describe('after a kill', () => {
  it('a message is there with all it was sent with, and was not if it was deleted', async () => {
    const { boot } = bench();
    const { jobs } = boot();
    const attributes = { kind: { DataType: 'String', StringValue: 'x' } };
    const sent = await jobs.send({ body: 'a', attributes }, { senderId: 'AKIA' });
    await jobs.send(draft('b'));
    const [, b] = await jobs.receive({ max: 2 });
    jobs.remove(b?.receiptHandle ?? '');
    expect(boot().jobs.messages()).toEqual([
      { ...sent, receiveCount: 1, firstReceivedAt: sent.sentAt, visibleAt: sent.sentAt },
    ]);
  });

  it('one that was in flight is visible, and its handle still deletes it', async () => {
    const { boot } = bench();
    const before = boot();
    await before.jobs.send(draft('a'));
    const [received] = await before.jobs.receive({ max: 1 });
    const { jobs } = boot();
    expect(jobs.depth()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    jobs.remove(received?.receiptHandle ?? '');
    expect(bodies(boot().jobs)).toEqual([]);
  });

  it('a delay goes on, and is no longer than it was on a clock that went back', async () => {
    const { boot, time } = bench();
    await boot().jobs.send(draft('late'), { delay: 10 });
    time.now += 4000;
    const { jobs } = boot();
    time.now += 5999;
    expect(await receive(jobs)).toEqual([]);
    time.now += 1;
    expect(await receive(jobs)).toEqual(['late']);
    time.now -= 1_000_000;
    const back = boot().jobs;
    time.now += 10_000;
    expect(await receive(back)).toEqual(['late']);
  });

  it('messages grow old from when they were sent', async () => {
    const { boot, time } = bench();
    await boot().jobs.send(draft('old'));
    time.now += 1000;
    await boot().jobs.send(draft('young'));
    time.now += 3_599_000;
    expect(bodies(boot().jobs)).toEqual(['young']);
    expect(bodies(boot().jobs)).toEqual(['young']);
  });

  it('receives are counted on, and a dead letter is in one queue only', async () => {
    const redrive = { deadLetterArn: settingsOf('dead').arn, maxReceiveCount: 2 };
    const { boot } = bench({ redrive });
    await boot().jobs.send(draft('poison'));
    expect(await receive(boot().jobs)).toEqual(['poison']);
    expect(await receive(boot().jobs)).toEqual(['poison']);
    const { jobs, dead } = boot();
    expect(await receive(jobs)).toEqual([]);
    expect(bodies(dead)).toEqual(['poison']);
    await new Promise(setImmediate);
    const after = boot();
    expect([bodies(after.jobs), bodies(after.dead)]).toEqual([[], ['poison']]);
  });

  it('a queue that was purged is empty', async () => {
    const { boot } = bench();
    const { jobs } = boot();
    await jobs.send(draft('a'));
    jobs.purge();
    expect(bodies(boot().jobs)).toEqual([]);
  });
});

it('a message that cannot be kept is not in the queue', async () => {
  const { boot, journals } = bench();
  const { jobs } = boot();
  journals.isFull = true;
  await expect(jobs.send(draft('a'))).rejects.toThrow(NotKept);
  expect(bodies(jobs)).toEqual([]);
  journals.isFull = false;
  await jobs.send(draft('b'));
  expect(bodies(boot().jobs)).toEqual(['b']);
});

it('a dead letter that cannot be kept is dead for as long as the twin lives, and comes again after', async () => {
  const { boot, journals } = bench({
    redrive: { deadLetterArn: settingsOf('dead').arn, maxReceiveCount: 1 },
  });
  const { jobs, dead } = boot();
  await jobs.send(draft('poison'));
  const [received] = await jobs.receive({ max: 1 });
  jobs.changeVisibility(received?.receiptHandle ?? '', 0);
  journals.isFull = true;
  expect([await receive(jobs), bodies(dead)]).toEqual([[], ['poison']]);
  await new Promise(setImmediate);
  expect(bodies(boot().jobs)).toEqual(['poison']);
});

it('a dead letter that could not be kept and was dealt with does not come again', async () => {
  const { boot, journals } = bench({
    redrive: { deadLetterArn: settingsOf('dead').arn, maxReceiveCount: 1 },
  });
  const { jobs, dead } = boot();
  await jobs.send(draft('poison'));
  const [received] = await jobs.receive({ max: 1 });
  jobs.changeVisibility(received?.receiptHandle ?? '', 0);
  journals.isFull = true;
  await receive(jobs);
  await new Promise(setImmediate);
  const [letter] = await dead.receive({ max: 1 });
  dead.remove(letter?.receiptHandle ?? '');
  const after = boot();
  expect([bodies(after.jobs), bodies(after.dead)]).toEqual([[], []]);
});

it('with sqs.duplicate a message that was deleted comes once more, and only once', async () => {
  const { boot, faults } = bench();
  const { jobs } = boot();
  await jobs.send(draft('a'));
  await faults.set('sqs.duplicate');
  for (const expected of [['a'], ['a'], []]) {
    const received = await jobs.receive({ max: 1 });
    expect(received.map(({ message }) => message.body)).toEqual(expected);
    for (const { receiptHandle } of received) jobs.remove(receiptHandle);
  }
  expect(faults.injected()).toEqual({ 'sqs.duplicate': 1 });
});
