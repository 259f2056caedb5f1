import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { redrive, type Redriven } from './redrive.ts';

const queues = {
  from: 'http://127.0.0.1:9/000000000000/failures',
  ingest: 'http://127.0.0.1:9/000000000000/ingest',
  later: 'http://127.0.0.1:9/000000000000/later',
};

type Request = { readonly name: string; readonly input: Record<string, unknown> };
let requests: Request[];
let receives: Message[][];
let refuses: (request: Request) => boolean;

/** A client whose requests end here. It is answered, one receive after the other, what the test has put there. */
const sqs = new SQSClient({ region: 'us-east-1' });
sqs.middlewareStack.add(
  (_, { commandName }) =>
    async ({ input }) => {
      const request = { name: commandName ?? '', input: input as Request['input'] };
      requests.push(request);
      if (refuses(request)) throw new Error('SQS is down');
      const Messages = request.name === 'ReceiveMessageCommand' ? (receives.shift() ?? []) : undefined;
      return { output: { $metadata: {}, Messages }, response: undefined };
    },
  { step: 'initialize', priority: 'high' },
);

const event = (deviceId: string) => ({
  ...{ topic: `telemetry/eu-west/${deviceId}`, clientId: deviceId, payload: 'e30=', receivedAt: 1 },
});
/** As the queue gives it; sent long ago, unless it is said. */
const message = (handle: string, body: unknown, sentAt = 1_000): Message => ({
  MessageId: handle,
  ReceiptHandle: handle,
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: { SentTimestamp: String(sentAt) },
});
const inAnHour = () => Date.now() + 3_600_000;

const of = (name: string) => requests.filter((request) => request.name === name).map(({ input }) => input);
const sent = () =>
  of('SendMessageCommand').map(({ QueueUrl, MessageBody }): unknown => [
    QueueUrl,
    JSON.parse(String(MessageBody)),
  ]);
const deleted = () => of('DeleteMessageCommand').map(({ ReceiptHandle }) => ReceiptHandle);
/** The handles of what others may receive at once. */
const released = () =>
  of('ChangeMessageVisibilityCommand').map(({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
    expect([QueueUrl, VisibilityTimeout]).toEqual([queues.from, 0]);
    return ReceiptHandle;
  });

beforeEach(() => {
  requests = [];
  receives = [];
  refuses = () => false;
});

describe('redrive', () => {
  it('sends readings to the ingest queue and what was to be sent later to the later queue, then deletes them', async () => {
    const flush = { flush: { connectionId: 'c=', deviceId: 'kettle-1' } };
    receives = [[message('a', event('kettle-1'))], [message('b', flush)]];
    expect(await redrive({ sqs, queues })()).toEqual({ readings: 1, later: 1, kept: 0, returned: 0 });
    expect(sent()).toEqual([
      [queues.ingest, event('kettle-1')],
      [queues.later, flush],
    ]);
    expect(deleted()).toEqual(['a', 'b']);
    expect(released()).toEqual([]);
  });

  it('deletes nothing before it is sent', async () => {
    receives = [[message('a', event('kettle-1'))]];
    refuses = ({ name }) => name === 'SendMessageCommand';
    await expect(redrive({ sqs, queues })()).rejects.toThrow('SQS is down');
    expect(deleted()).toEqual([]);
  });

  it('keeps what is not to be tried again and what nobody knows, and gives it free at the end', async () => {
    const presence = { clientId: 'kettle-1', eventType: 'connected', timestamp: 1 };
    const first = [message('a', presence), message('b', event('kettle-1')), message('c', 'nonsense')];
    receives = [first, [message('d', event('kettle-2'))]];
    expect(await redrive({ sqs, queues })()).toEqual({ readings: 2, later: 0, kept: 2, returned: 0 });
    expect(deleted()).toEqual(['b', 'd']);
    expect(released()).toEqual(['a', 'c']);
    const lastMove = requests.findLastIndex(({ name }) => name === 'DeleteMessageCommand');
    const firstRelease = requests.findIndex(({ name }) => name === 'ChangeMessageVisibilityCommand');
    expect(firstRelease).toBeGreaterThan(lastMove);
  });

  it('cut short by an error half-way, gives free what it kept and what it could not send', async () => {
    const second = [message('c', event('kettle-2')), message('d', event('kettle-3')), message('e', '?')];
    receives = [[message('a', event('kettle-1')), message('b', 'nonsense')], second];
    refuses = ({ input }) => String(input['MessageBody']).includes('kettle-2');
    await expect(redrive({ sqs, queues })()).rejects.toThrow('SQS is down');
    expect(deleted()).toEqual(['a', 'd']);
    expect(released().sort()).toEqual(['b', 'c', 'e']);
  });

  it('does not take again what came back from this very run, and ends', async () => {
    receives = [[message('a', event('kettle-1'))], [message('b', event('kettle-1'), inAnHour())]];
    expect(await redrive({ sqs, queues })()).toEqual({ readings: 1, later: 0, kept: 0, returned: 1 });
    expect(sent()).toHaveLength(1);
    expect(deleted()).toEqual(['a']);
    expect(released()).toEqual(['b']);
  });

  it('tells the sum after every ten', async () => {
    const told: Redriven[] = [];
    receives = [[message('a', event('kettle-1')), message('b', '?')], [message('c', event('kettle-2'))]];
    await redrive({ sqs, queues, onProgress: (redriven) => told.push(redriven) })();
    expect(told).toEqual([
      { readings: 1, later: 0, kept: 1, returned: 0 },
      { readings: 2, later: 0, kept: 1, returned: 0 },
    ]);
  });
});
