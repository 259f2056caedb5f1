import pLimit from 'p-limit';
import type { LaterMessage } from '../laterMessage.ts';
import { cut } from '../pages.ts';
import type { Later, Unsent } from '../ports.ts';
import { bytesOf } from '../bytesOf.ts';
import type { SendMessage } from './api/sendMessage.ts';
import { batches } from './batches.ts';

/**
 * The longest that SQS delays a message.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const longestDelaySeconds = 900;

/** Of the folds of one message: less than the 256 KB that SQS has always taken, with the connections beside them. */
const listBytes = 180_000;
/** Connections of one message: ten messages of them are done within an invocation. */
const connectionsAtOnce = 200;
/** Messages sent at once. */
const concurrency = 8;

/** Work put off through an SQS queue, which delays by whole seconds: so it comes up to a second later than it might. */
export const queueLater = (sendMessage: SendMessage): Later => {
  const send = (message: LaterMessage, afterMs: number): Promise<void> => {
    const delaySeconds = Math.min(Math.max(Math.ceil(afterMs / 1000), 0), longestDelaySeconds);
    return sendMessage(JSON.stringify(message), { delaySeconds });
  };
  return {
    flush: ({ connectionId, deviceId }, afterMs) => send({ flush: { connectionId, deviceId } }, afterMs),
    resend: async ({ connectionIds, folds, attempt, debt }: Unsent, afterMs) => {
      const parts = cut(folds, bytesOf, listBytes);
      // Of parts nobody would know which is the last to go out.
      const whole = parts.length > 1 || debt === undefined ? {} : { debt };
      await pLimit(concurrency).map(batches(connectionIds, connectionsAtOnce), async (ids) => {
        for (const part of parts)
          await send({ resend: { connectionIds: ids, folds: part, attempt, ...whole } }, afterMs);
      });
    },
    forget: async (seen) => {
      const keys = seen.map(({ target, connectionId, id }) => ({ target, connectionId, id }));
      await pLimit(concurrency).map(batches(keys, connectionsAtOnce), (part) => send({ forget: part }, 0));
    },
  };
};
