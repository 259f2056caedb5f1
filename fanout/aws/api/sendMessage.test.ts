import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { JsonApi } from './jsonApi.ts';
import { sendMessage } from './sendMessage.ts';

const url = 'https://sqs.eu-central-1.amazonaws.com/1/later';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

it('a message goes with its delay and its attributes', async () => {
  const asked: unknown[] = [];
  const api: JsonApi = async (...request) => {
    asked.push(request);
    return { MD5OfMessageBody: md5('ü') };
  };
  await sendMessage(api, url)('ü', { delaySeconds: 3, attributes: { reason: 'bad_json' } });
  expect(asked).toEqual([
    [
      'SendMessage',
      {
        QueueUrl: url,
        MessageBody: 'ü',
        DelaySeconds: 3,
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'bad_json' } },
      },
    ],
  ]);
});

it.each([[md5('another')], [undefined]])('a queue that took %s instead did not take it', async (sum) => {
  const send = sendMessage(async () => ({ MD5OfMessageBody: sum }), url);
  await expect(send('{}')).rejects.toThrow(/another message/);
});
