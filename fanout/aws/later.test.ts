import { SQSClient, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { beforeEach, expect, it } from 'vitest';
import { aReading } from '../factories.ts';
import { fold } from '../fold.ts';
import { laterMessage } from '../laterMessage.ts';
import { queueLater } from './later.ts';

const queueUrl = 'http://127.0.0.1:9/000000000000/later';
const key = { connectionId: 'c=', deviceId: 'kettle-1' };
let sent: SendMessageCommandInput[];

/** A client whose requests end here. */
const sqs = new SQSClient({ region: 'us-east-1' });
sqs.middlewareStack.add(
  () => async (args) => {
    sent.push(args.input as SendMessageCommandInput);
    return { output: { $metadata: {} }, response: undefined };
  },
  { step: 'initialize', priority: 'high' },
);

const messages = () => sent.map(({ MessageBody }) => laterMessage.parse(JSON.parse(MessageBody ?? '')));

beforeEach(() => {
  sent = [];
});

it('a flush names the connection and the device, and nothing else', async () => {
  await queueLater(sqs, queueUrl).flush({ ...key, ...{ more: 1 } }, 1_000);
  expect(sent).toEqual([
    { QueueUrl: queueUrl, MessageBody: JSON.stringify({ flush: key }), DelaySeconds: 1 },
  ]);
});

it.each([
  [0, 0],
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [900_000, 900],
  [900_001, 900],
  [-1, 0],
])('%i ms become %i s', async (afterMs, seconds) => {
  await queueLater(sqs, queueUrl).flush(key, afterMs);
  expect(sent.map(({ DelaySeconds }) => DelaySeconds)).toEqual([seconds]);
});

it('what is owed to a connection is read as it was written', async () => {
  const unsent = {
    connectionIds: ['c=', 'd='],
    folds: [fold(fold(undefined, aReading()), aReading({ seq: 43 }))],
    attempt: 3,
  };
  await queueLater(sqs, queueUrl).resend(unsent, 4_000);
  expect(messages()).toEqual([{ resend: unsent }]);
});

it('what is too much for one message goes in several, in order', async () => {
  const folds = Array.from({ length: 20 }, (_, seq) =>
    fold(undefined, aReading({ seq, data: { text: 'x'.repeat(20_000) } })),
  );
  await queueLater(sqs, queueUrl).resend({ connectionIds: ['c='], folds, attempt: 1 }, 1_000);
  expect(sent.length).toBeGreaterThan(1);
  for (const { MessageBody } of sent) expect(Buffer.byteLength(MessageBody ?? '')).toBeLessThan(256 * 1024);
  const seqs = messages().flatMap((message) =>
    'resend' in message ? message.resend.folds.map(({ last }) => last.seq) : [],
  );
  expect(seqs).toEqual(folds.map(({ last }) => last.seq));
});

it('connections to be forgotten are named by what was seen of them, in messages that SQS takes', async () => {
  const seen = Array.from({ length: 5_000 }, (_, n) => ({
    target: 'region#eu-west' as const,
    connectionId: `${String(n).padStart(15, '0')}=`,
    id: 's1',
  }));
  await queueLater(sqs, queueUrl).forget(seen.map((key) => ({ ...key, ...{ grants: ['*'] } })));
  for (const { MessageBody } of sent) expect(Buffer.byteLength(MessageBody ?? '')).toBeLessThan(256 * 1024);
  expect(messages().flatMap((message) => ('forget' in message ? message.forget : []))).toEqual(seen);
});

it('what many connections are owed goes in few messages', async () => {
  const connectionIds = Array.from({ length: 4_000 }, (_, n) => `${String(n).padStart(15, '0')}=`);
  await queueLater(sqs, queueUrl).resend(
    { connectionIds, folds: [fold(undefined, aReading())], attempt: 0 },
    0,
  );
  expect(sent).toHaveLength(20);
  expect(messages().flatMap((message) => ('resend' in message ? message.resend.connectionIds : []))).toEqual(
    connectionIds,
  );
});
