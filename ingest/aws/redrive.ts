import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { homeOf } from '../homeOf.ts';

export type RedriveQueues = {
  /** The URLs of the queues that are emptied: the failures, or the rejects once they can be read. */
  readonly from: string;
  readonly ingest: string;
  readonly later: string;
};

export type Redriven = {
  /** Readings that are on their way again. */
  readonly readings: number;
  /** Messages with updates for viewers that are on their way again. */
  readonly later: number;
  /** Messages left where they were: they are not to be tried again, or nobody knows what they are. */
  readonly kept: number;
  /** Messages that were sent on their way in this run, and are back: they failed again. */
  readonly returned: number;
};

/** Long enough for any run: what is kept is given free again at its end. */
const visibilitySeconds = 900;

/** Messages given free at once. */
const concurrency = 16;

const parsed = (body: string | undefined): unknown => {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
};

/**
 * Puts every message of a queue of failures back where it came from, to be tried again. Each is sent before it is deleted, so
 * an interrupted run loses nothing and may repeat one, which viewers do not see. Ends once nothing came for `waitSeconds`, 1
 * to 20. `onProgress` is told the sum so far.
 */
export const redrive =
  ({
    sqs,
    queues,
    waitSeconds = 1,
    onProgress = () => undefined,
  }: {
    sqs: SQSClient;
    queues: RedriveQueues;
    waitSeconds?: number;
    onProgress?: (redriven: Redriven) => void;
  }) =>
  async (): Promise<Redriven> => {
    const begun = Date.now();
    const kept: Message[] = [];
    const returned: Message[] = [];
    let [readings, later] = [0, 0];
    const sum = (): Redriven => ({ readings, later, kept: kept.length, returned: returned.length });

    const move = async (message: Message): Promise<void> => {
      const sentAt = Number(message.Attributes?.SentTimestamp);
      if (sentAt >= begun) {
        returned.push(message); // What came back from this very run would go round for ever.
        return;
      }
      const body = parsed(message.Body);
      const home = homeOf(body, sentAt);
      if (home === undefined) {
        kept.push(message);
        return;
      }
      await sqs.send(
        new SendMessageCommand(
          home.queue === 'ingest'
            ? { QueueUrl: queues.ingest, MessageBody: JSON.stringify(home.event) }
            : { QueueUrl: queues.later, MessageBody: message.Body },
        ),
      );
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: queues.from, ReceiptHandle: message.ReceiptHandle }),
      );
      if (home.queue === 'ingest') readings += 1;
      else later += 1;
    };

    const release = (message: Message) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queues.from,
          ReceiptHandle: message.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );

    try {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queues.from,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: waitSeconds, // Asks every server of a queue, where a short poll asks a few.
            VisibilityTimeout: visibilitySeconds,
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        if (Messages.length === 0) break;
        const ends = await Promise.allSettled(Messages.map(move));
        kept.push(...Messages.filter((_, n) => ends[n]?.status === 'rejected'));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
        onProgress(sum());
      }
    } finally {
      await pLimit(concurrency).map([...kept, ...returned], release);
    }
    return sum();
  };
