import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { memoryJournals } from '../journal/journal.testing.ts';
import { createMeter } from '../meter.ts';
import type { Resource } from '../resource.ts';
import { maxMessageBytes } from './message.ts';
import { startQueues, type Queues, type QueuesOptions } from './startQueues.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A clock that only a test moves; `advance` runs what has come due. */
const handClock = (): Clock & { advance: (ms: number) => void } => {
  let now = 1_700_000_000_000;
  const due = new Set<{ at: number; action: () => void }>();
  return {
    now: () => now,
    after: (ms, action) => {
      const timer = { at: now + ms, action };
      due.add(timer);
      return () => due.delete(timer);
    },
    advance: (ms) => {
      now += ms;
      for (const timer of [...due].filter(({ at }) => at <= now)) {
        due.delete(timer);
        timer.action();
      }
    },
  };
};

const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

const queue = (name: string, properties: Record<string, unknown> = {}): Resource => ({
  logicalId: `Logical${name}`,
  type: 'AWS::SQS::Queue',
  ref: `http://127.0.0.1:1/000000000000/${name}`,
  properties,
});

const start = async (
  resources: Resource[],
  clock: Clock = handClock(),
  parts: Partial<QueuesOptions> = {},
) => {
  const reports: string[] = [];
  const place = { host: '127.0.0.1', port: 0, region: 'eu-west-1', account: '000000000000' };
  const queues = await startQueues({
    resources,
    ...place,
    clock,
    report: (sentence) => reports.push(sentence),
    ...parts,
  });
  const client = new SQSClient({
    endpoint: queues.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIASENDER', secretAccessKey: 's' },
    maxAttempts: 1,
  });
  cleanUps.push(
    () => queues.close(),
    () => client.destroy(),
  );
  return { ...using(queues, client), queues, client, reports };
};

/** The operations of the tests, on the queue `jobs`. */
const using = (queues: Queues, client: SQSClient) => {
  const QueueUrl = `${queues.endpoint}/000000000000/jobs`;
  return {
    QueueUrl,
    send: (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    receive: async (options: Partial<ReceiveMessageCommandInput> = {}) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, ...options }))).Messages ?? [],
    attributes: async () =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes,
  };
};

const bodies = (messages: { Body?: string | undefined }[]) => messages.map(({ Body }) => Body);

describe('messages', () => {
  it('are received in the order of sending, up to the number asked for, with their attributes', async () => {
    const { client, QueueUrl, send, receive } = await start([queue('jobs')]);
    const MessageAttributes = {
      'trace.id': { DataType: 'String', StringValue: 'ä' },
      blob: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
    };
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'one', MessageAttributes }),
    );
    await send('two');
    await send('three');
    const [one, ...rest] = await receive({
      MaxNumberOfMessages: 2,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(one).toMatchObject({ Body: 'one', MessageAttributes, MessageId: sent.MessageId });
    expect(one?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(one?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SenderId: 'AKIASENDER' });
    expect(bodies(rest)).toEqual(['two']);
  });

  it('come without attributes that were not asked for', async () => {
    const { client, QueueUrl, receive } = await start([queue('jobs')]);
    const MessageAttributes = {
      'trace.id': { DataType: 'String', StringValue: 'x' },
      kind: { DataType: 'Number', StringValue: '1' },
    };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm', MessageAttributes }));
    const [message] = await receive({ MessageAttributeNames: ['trace.*'] });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['trace.id']);
    expect(message?.Attributes).toBeUndefined();
  });

  it('are invisible for the visibility time-out, then come again with a new handle and a higher count', async () => {
    const clock = handClock();
    const { send, receive } = await start([queue('jobs', { VisibilityTimeout: 60 })], clock);
    await send('m');
    const [first] = await receive();
    clock.advance(59_999);
    expect(await receive()).toEqual([]);
    clock.advance(1);
    const [second] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('are gone once deleted, but not by an outdated handle', async () => {
    const clock = handClock();
    const { client, QueueUrl, send, receive, attributes } = await start([queue('jobs')], clock);
    const remove = (ReceiptHandle?: string) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await send('m');
    const [first] = await receive();
    clock.advance(30_000);
    const [second] = await receive();
    await remove(first?.ReceiptHandle);
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    await remove(second?.ReceiptHandle);
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
    await expect(remove('nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  it('come back at once with ChangeMessageVisibility 0', async () => {
    const { client, QueueUrl, send, receive } = await start([queue('jobs')]);
    await send('m');
    const [first] = await receive();
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await client.send(change);
    await expect(client.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    expect(bodies(await receive())).toEqual(['m']);
  });

  it('move to the dead-letter queue after maxReceiveCount receives', async () => {
    const clock = handClock();
    const RedrivePolicy = { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 };
    const { client, queues, send, receive } = await start(
      [queue('jobs', { RedrivePolicy }), queue('dead')],
      clock,
    );
    await send('poison');
    for (const body of ['poison', 'poison', undefined]) {
      expect((await receive())[0]?.Body).toBe(body);
      clock.advance(30_000);
    }
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: `${queues.endpoint}/000000000000/dead`,
        MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'],
      }),
    );
    expect(Messages).toMatchObject([
      { Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arnOf('jobs') } },
    ]);
  });

  it('vanish at the end of the retention period', async () => {
    const clock = handClock();
    const { queues, send } = await start([queue('jobs', { MessageRetentionPeriod: 60 })], clock);
    await send('m');
    clock.advance(59_999);
    expect(queues.depth(arnOf('jobs'))).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    clock.advance(1);
    expect(queues.depth(arnOf('jobs'))).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('are delayed as the queue says', async () => {
    const clock = handClock();
    const { queues, send, receive } = await start([queue('jobs', { DelaySeconds: 5 })], clock);
    await send('m');
    expect(await receive()).toEqual([]);
    expect(queues.depth(arnOf('jobs'))).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    clock.advance(5000);
    expect(bodies(await receive())).toEqual(['m']);
  });
});

describe('a delay of one message', () => {
  it('goes before that of the queue, from 0 to 900 s, in a batch too', async () => {
    const clock = handClock();
    const { client, QueueUrl, receive } = await start(
      [queue('jobs', { DelaySeconds: 5, VisibilityTimeout: 43_200 })],
      clock,
    );
    const send = (MessageBody: string, DelaySeconds: number) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
    await send('at once', 0);
    await send('last', 900);
    const Entries = [
      { Id: 'a', MessageBody: 'in 7 s', DelaySeconds: 7 },
      { Id: 'b', MessageBody: 'in 5 s' },
      { Id: 'c', MessageBody: 'never', DelaySeconds: 901 },
    ];
    const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Failed).toMatchObject([{ Id: 'c', Code: 'InvalidParameterValue' }]);
    await expect(send('never', 901)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const came: unknown[] = [];
    for (const ms of [0, 4999, 1, 1999, 1, 892_999, 1]) {
      clock.advance(ms);
      came.push(bodies(await receive({ MaxNumberOfMessages: 10 })).join());
    }
    expect(came).toEqual(['at once', '', 'in 5 s', '', 'in 7 s', '', 'last']);
  });

  it('ends a long poll when it is due', async () => {
    const clock = scaledClock(100);
    const { client, QueueUrl, receive } = await start([queue('jobs')], clock);
    const sentAt = clock.now();
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm', DelaySeconds: 10 }));
    expect(bodies(await receive({ WaitTimeSeconds: 20 }))).toEqual(['m']);
    expect(clock.now() - sentAt).toBeGreaterThanOrEqual(10_000);
  });
});

describe('long polling', () => {
  it('answers as soon as a message is sent', async () => {
    const { send, receive } = await start([queue('jobs')]);
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('m');
    expect(bodies(await waiting)).toEqual(['m']);
  });

  it('answers when a message becomes visible again', async () => {
    const clock = scaledClock(100);
    const { send, receive } = await start([queue('jobs', { VisibilityTimeout: 10 })], clock);
    await send('m');
    await receive();
    expect(bodies(await receive({ WaitTimeSeconds: 20 }))).toEqual(['m']);
  });

  it('answers nothing when the wait is over', async () => {
    const { receive } = await start([queue('jobs', { ReceiveMessageWaitTimeSeconds: 1 })], scaledClock(100));
    expect(await receive()).toEqual([]);
  });

  it('gives no message to a receiver that has gone away', async () => {
    const { queues, send, receive } = await start([queue('jobs')]);
    const gone = new AbortController();
    const waiting = queues.find(arnOf('jobs'))?.receive({ max: 10, wait: 20, signal: gone.signal });
    gone.abort();
    expect(await waiting).toEqual([]);
    await send('m');
    expect(bodies(await receive())).toEqual(['m']);
  });
});

describe('batches', () => {
  it('send and delete, each entry with its own outcome', async () => {
    const { client, QueueUrl, receive, attributes } = await start([queue('jobs')]);
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'one' },
          { Id: 'b', MessageBody: 'nul \u0000' },
        ],
      }),
    );
    expect(sent.Successful).toMatchObject([{ Id: 'a' }]);
    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents', SenderFault: true }]);
    const [message] = await receive();
    const Entries = [{ Id: 'x', ReceiptHandle: message?.ReceiptHandle }];
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(deleted.Successful).toEqual([{ Id: 'x' }]);
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it.each([
    ['EmptyBatchRequest', []],
    [
      'TooManyEntriesInBatchRequest',
      Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'm' })),
    ],
    ['BatchEntryIdsNotDistinct', [1, 2].map(() => ({ Id: 'same', MessageBody: 'm' }))],
    ['InvalidBatchEntryId', [{ Id: 'no spaces', MessageBody: 'm' }]],
    ['BatchRequestTooLong', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }))],
  ])('are refused as a whole with %s', async (name, Entries) => {
    const { client, QueueUrl } = await start([queue('jobs')]);
    const sending = client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await expect(sending).rejects.toMatchObject({ name });
  });
});

describe('the endpoint', () => {
  it('finds queues by name, lists and purges them', async () => {
    const { client, queues, QueueUrl, send } = await start([queue('jobs'), queue('other')]);
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'j' }))).QueueUrls).toEqual([
      QueueUrl,
    ]);
    await send('m');
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(queues.depth(QueueUrl)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('answers QueueDoesNotExist as AWS does', async () => {
    const { client } = await start([queue('jobs')]);
    const error: unknown = await client
      .send(new GetQueueUrlCommand({ QueueName: 'gone' }))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error).toMatchObject({ message: 'The specified queue does not exist.' });
  });

  it('takes a message of 1 MiB and refuses one byte more', async () => {
    const { send } = await start([queue('jobs')]);
    await send('x'.repeat(maxMessageBytes));
    await expect(send('x'.repeat(maxMessageBytes + 1))).rejects.toThrow(
      'Message must be shorter than 1048576 bytes',
    );
  });

  it('names an operation it does not have', async () => {
    const { client } = await start([]);
    await expect(client.send(new CreateQueueCommand({ QueueName: 'x' }))).rejects.toThrow('CreateQueue');
  });

  it('names a taken port', async () => {
    const { queues } = await start([]);
    const place = { host: '127.0.0.1', port: queues.port, region: 'eu-west-1', account: '0' };
    const again = startQueues({ resources: [], ...place, clock: handClock(), report: () => undefined });
    await expect(again).rejects.toMatchObject({ code: 'port_taken' });
  });
});

describe('from inside the twin', () => {
  it('a message is sent by URL or ARN', async () => {
    const { queues, QueueUrl, receive } = await start([queue('jobs')]);
    expect(await queues.send(QueueUrl, 'by URL')).toMatchObject({ sent: true });
    expect(await queues.send(arnOf('jobs'), 'by ARN')).toMatchObject({ sent: true });
    expect(bodies(await receive({ MaxNumberOfMessages: 10 }))).toEqual(['by URL', 'by ARN']);
  });

  it('a message is refused with a reason', async () => {
    const { queues } = await start([queue('jobs', { MaximumMessageSize: 1024 })]);
    expect(await queues.send(arnOf('gone'), 'm')).toEqual({
      sent: false,
      reason: `There is no queue ${arnOf('gone')}.`,
    });
    expect(await queues.send(arnOf('jobs'), 'x'.repeat(1025))).toMatchObject({ sent: false });
  });
});

describe('on purpose', () => {
  it('calls of one queue fail with 500 and are not done', async () => {
    const faults = createFaults({ seed: 1, clock: handClock() });
    const all = await start([queue('jobs'), queue('other')], handClock(), { faults });
    await faults.set('sqs.error', { only: 'jobs', times: 2 });
    const status = { name: 'InternalError', $metadata: { httpStatusCode: 500 } };
    await expect(all.send('refused')).rejects.toMatchObject(status);
    await expect(all.receive()).rejects.toMatchObject(status);
    await all.queues.send(arnOf('jobs'), 'from inside');
    await all.queues.send(arnOf('other'), 'elsewhere');
    expect(bodies(await all.receive({ MaxNumberOfMessages: 10 }))).toEqual(['from inside']);
  });

  /** A clock on which every wait is over at once; it notes how long they were. */
  const hastyClock = (waits: number[]): Clock => ({
    now: () => 1_700_000_000_000,
    after: (ms, action) => {
      waits.push(ms);
      const timer = setImmediate(action);
      return () => clearImmediate(timer);
    },
  });

  it('a send from inside fails too, and is tried again', async () => {
    const waits: number[] = [];
    const clock = hastyClock(waits);
    const [faults, meter] = [createFaults({ seed: 1, clock }), createMeter()];
    const { queues } = await start([queue('jobs'), queue('other')], clock, { faults, meter });
    await faults.set('sqs.error', { only: 'jobs', times: 3 });
    expect(await queues.send(arnOf('other'), 'elsewhere')).toMatchObject({ sent: true });
    expect(waits).toEqual([]);
    expect(await queues.send(arnOf('jobs'), 'late')).toMatchObject({ sent: true });
    expect(waits).toEqual([100, 200, 400]);
    expect(faults.injected()).toEqual({ 'sqs.error': 3 });
    expect(queues.depth(arnOf('jobs'))).toMatchObject({ visible: 1 });
    expect(meter.read()).toEqual({ 'sqs.requests': { other: 1, jobs: 1 } });
  });

  it('a send from inside is refused after six retries', async () => {
    const waits: number[] = [];
    const clock = hastyClock(waits);
    const faults = createFaults({ seed: 1, clock });
    const { queues } = await start([queue('jobs')], clock, { faults });
    await faults.set('sqs.error');
    expect(await queues.send(arnOf('jobs'), 'never')).toMatchObject({ sent: false });
    expect(waits).toHaveLength(6);
    expect(queues.depth(arnOf('jobs'))).toMatchObject({ visible: 0 });
  });

  it('a message that the journal does not take is refused with 500', async () => {
    const journals = memoryJournals();
    const { queues, send } = await start([queue('jobs')], handClock(), { journal: journals.open });
    journals.isFull = true;
    await expect(send('m')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(queues.send(arnOf('jobs'), 'm')).rejects.toMatchObject({ name: 'NotKept' });
    journals.isFull = false;
    await send('m');
    expect(queues.depth(arnOf('jobs'))).toMatchObject({ visible: 1 });
  });
});

it('requests are metered in steps of 64 KB, by queue', async () => {
  const meter = createMeter();
  const { client, queues, QueueUrl, send, receive } = await start(
    [queue('jobs'), queue('other')],
    handClock(),
    {
      meter,
    },
  );
  await queues.send(arnOf('other'), 'x'.repeat(65_536));
  await queues.send(arnOf('other'), 'x'.repeat(65_537));
  expect(meter.read()).toEqual({ 'sqs.requests': { other: 3 } });
  await send('x'.repeat(100_000)); // 2
  const [message] = await receive(); // 2
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle })); // 1
  await receive(); // 1
  await client.send(new ListQueuesCommand({})); // 1, of no queue
  expect(meter.read()).toEqual({ 'sqs.requests': { other: 3, jobs: 6, '': 1 } });
});

describe('the template', () => {
  it.each([
    ['a FIFO queue', { FifoQueue: true }, 'unsupported_queue'],
    [
      'an unknown dead-letter queue',
      { RedrivePolicy: { deadLetterTargetArn: arnOf('x'), maxReceiveCount: 1 } },
      'unknown_queue',
    ],
    ['a number out of range', { VisibilityTimeout: 43_201 }, 'bad_property'],
  ])('may not have %s', async (_, properties, code) => {
    await expect(start([queue('jobs', properties)])).rejects.toMatchObject({ name: 'TwinError', code });
  });

  it('is told which properties are not honoured', async () => {
    const { reports } = await start([queue('jobs', { Surprise: 1, SqsManagedSseEnabled: true })]);
    expect(reports).toEqual(['AWS::SQS::Queue "Logicaljobs": Surprise is not honoured by the twin']);
  });
});
