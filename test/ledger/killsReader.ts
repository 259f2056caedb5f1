import {
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bootTwin } from '../../infra/twin/boot.ts';
import { killsStack, type Life } from './killsStack.ts';

/** Reads what the twin keeps, and counts how often it has read each message. */
export type Reader = {
  readonly counts: ReadonlyMap<string, number>;
  /** Receives and deletes over HTTP until `signal` aborts or the twin is gone. */
  consume: (queueUrl: string, signal: AbortSignal) => Promise<void>;
  /** Boots the twin of a data folder in this process, reads all that it holds, and empties the queue. */
  inspect: (life: Life) => Promise<void>;
  close: () => void;
};

export const createReader = (endpoint: string): Reader => {
  const counts = new Map<string, number>();
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'reader', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
  const read = (body: string): void => void counts.set(body, (counts.get(body) ?? 0) + 1);

  const receive = async (QueueUrl: string, abortSignal: AbortSignal): Promise<void> => {
    const receiving = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
    const { Messages = [] } = await client.send(receiving, { abortSignal });
    for (const { Body = '' } of Messages) read(Body);
    const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    if (Entries.length > 0)
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
  };
  return {
    counts,
    consume: async (queueUrl, signal) => {
      try {
        while (!signal.aborted) await receive(queueUrl, signal);
      } catch {
        // The twin was killed: what was received has been read, and comes again if it was not deleted.
      }
    },
    inspect: async (life) => {
      const twin = await bootTwin({
        ...life,
        stack: killsStack,
        report: (line) => void process.stderr.write(`${line}\n`),
        log: () => undefined,
      });
      const QueueUrl = twin.outputs['Kept'] ?? '';
      for (const body of twin.messagesIn(QueueUrl)) read(body);
      await client.send(new PurgeQueueCommand({ QueueUrl }));
      await twin.close();
    },
    close: () => client.destroy(),
  };
};
