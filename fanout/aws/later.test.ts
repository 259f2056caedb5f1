import { SQSClient, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { beforeEach, expect, it } from 'vitest';
import { queueLater } from './later.ts';

const queueUrl = 'http://127.0.0.1:9/000000000000/flush';
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

beforeEach(() => {
  sent = [];
});

it('names the connection and the device, and nothing else', async () => {
  await queueLater(sqs, queueUrl).flush({ ...key, ...{ more: 1 } }, 1_000);
  expect(sent).toEqual([{ QueueUrl: queueUrl, MessageBody: JSON.stringify(key), DelaySeconds: 1 }]);
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
