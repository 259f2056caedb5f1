import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import * as z from 'zod/mini';
import type { Fold } from '../pace.ts';
import { cut } from '../pages.ts';
import type { Later, Unsent } from '../ports.ts';
import type { TargetKey } from '../target.ts';
import { batches } from './batches.ts';
import { bytesOf } from '../bytesOf.ts';

/**
 * The longest that SQS delays a message.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const longestDelaySeconds = 900;

/** Of the folds of one message: less than the 256 KB that SQS has always taken, with the connections beside them. */
const listBytes = 180_000;
/** Connections of one message: ten messages of them are done within a fraction of an invocation. */
const connectionsAtOnce = 100;
/** Messages sent at once. */
const concurrency = 8;

/** Only this module writes the queue, and `redrive` what was in it before. */
const isFold = (value: unknown): boolean => typeof value === 'object' && value !== null && 'last' in value;

const isText = (value: unknown): boolean => typeof value === 'string';

/** What the queue holds. */
export const laterMessage = z.union([
  z.object({ flush: z.object({ connectionId: z.string(), deviceId: z.string() }) }),
  z.object({
    forget: z.array(
      z.object({ target: z.custom<TargetKey>(isText), connectionId: z.string(), id: z.string() }),
    ),
  }),
  z.object({
    resend: z.object({
      connectionIds: z.array(z.string()),
      folds: z.array(z.custom<Fold>(isFold)),
      attempt: z.int(),
    }),
  }),
]);
export type LaterMessage = z.infer<typeof laterMessage>;

/** Work put off through an SQS queue, which delays by whole seconds: so it comes up to a second later than it might. */
export const queueLater = (sqs: SQSClient, queueUrl: string): Later => {
  const send = async (message: LaterMessage, afterMs: number): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        DelaySeconds: Math.min(Math.max(Math.ceil(afterMs / 1000), 0), longestDelaySeconds),
      }),
    );
  };
  return {
    flush: ({ connectionId, deviceId }, afterMs) => send({ flush: { connectionId, deviceId } }, afterMs),
    resend: async ({ connectionIds, folds, attempt }: Unsent, afterMs) => {
      await pLimit(concurrency).map(batches(connectionIds, connectionsAtOnce), async (ids) => {
        for (const part of cut(folds, bytesOf, listBytes))
          await send({ resend: { connectionIds: ids, folds: part, attempt } }, afterMs);
      });
    },
    forget: async (seen) => {
      const keys = seen.map(({ target, connectionId, id }) => ({ target, connectionId, id }));
      await pLimit(concurrency).map(batches(keys, connectionsAtOnce), (part) => send({ forget: part }, 0));
    },
  };
};
