import { createHash } from 'node:crypto';
import type { JsonApi } from './jsonApi.ts';

/** Sends a message to one queue. Rejects where the queue did not take it as it is. */
export type SendMessage = (
  body: string,
  options?: {
    /** 0 to 900. */
    readonly delaySeconds?: number;
    /** Texts. */
    readonly attributes?: Readonly<Record<string, string>>;
  },
) => Promise<void>;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** SQS by its JSON API. What it took is compared with what was sent, as the SDK does. */
export const sendMessage =
  (api: JsonApi, queueUrl: string): SendMessage =>
  async (body, { delaySeconds, attributes = {} } = {}) => {
    const answer = await api('SendMessage', {
      QueueUrl: queueUrl,
      MessageBody: body,
      ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
      ),
    });
    const { MD5OfMessageBody } = answer as { MD5OfMessageBody?: string }; // As it is documented.
    if (MD5OfMessageBody !== md5(body))
      throw new Error('SQS took another message than was sent; send it again.');
  };
