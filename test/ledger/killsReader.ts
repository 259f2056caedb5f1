import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { bootTwin, type Twin } from '../../infra/twin/boot.ts';
import { keptFile, killsStack, type KillsWay, type Life } from './killsStack.ts';

/** Reads what the twin keeps, and counts how often it has read each message. */
export type Reader = {
  readonly counts: ReadonlyMap<string, number>;
  /** Takes messages out until `signal` aborts or the twin is gone. */
  consume: (signal: AbortSignal) => Promise<void>;
  /** Boots the twin of a data folder in this process, reads all that it holds, and empties it. */
  inspect: (life: Life) => Promise<void>;
  close: () => void;
};

/** @param expected What must come in the end: how long to wait for a function to have run. */
export type Expected = () => Iterable<string>;

const boot = (life: Life): Promise<Twin> =>
  bootTwin({
    ...life,
    stack: killsStack(life),
    report: (line) => void process.stderr.write(`${line}\n`),
    log: () => undefined,
  });

const counter = () => {
  const counts = new Map<string, number>();
  return { counts, read: (body: string): void => void counts.set(body, (counts.get(body) ?? 0) + 1) };
};

const queueReader = (endpoint: string): Reader => {
  const { counts, read } = counter();
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'reader', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
  const QueueUrl = `${endpoint}/000000000000/kills-Kept`;

  const receive = async (abortSignal: AbortSignal): Promise<void> => {
    const receiving = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
    const { Messages = [] } = await client.send(receiving, { abortSignal });
    for (const { Body = '' } of Messages) read(Body);
    const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    if (Entries.length > 0)
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal });
  };
  return {
    counts,
    consume: async (signal) => {
      try {
        while (!signal.aborted) await receive(signal);
      } catch {
        // The twin was killed: what was received has been read, and comes again if it was not deleted.
      }
    },
    inspect: async (life) => {
      const twin = await boot(life);
      for (const body of twin.messagesIn(QueueUrl)) read(body);
      await client.send(new PurgeQueueCommand({ QueueUrl }));
      await twin.close();
    },
    close: () => client.destroy(),
  };
};

/** How long a function that was started again may take for all that it was invoked with and had not done, ms. */
const mostMs = 60_000;
const lookEveryMs = 100;

const linesIn = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

const functionReader = (expected: Expected): Reader => {
  const { counts, read } = counter();
  const isAllIn = (file: string): boolean => {
    const lines = new Set(linesIn(file));
    for (const body of expected()) if (!counts.has(body) && !lines.has(body)) return false;
    return true;
  };
  return {
    counts,
    consume: () => Promise.resolve(), // The function does.
    inspect: async (life) => {
      const file = keptFile(life.data);
      const twin = await boot(life);
      for (let waited = 0; waited < mostMs && !isAllIn(file); waited += lookEveryMs) await wait(lookEveryMs);
      await twin.close();
      linesIn(file).forEach(read);
      rmSync(file, { force: true });
    },
    close: () => undefined,
  };
};

export const createReader = (way: KillsWay, endpoint: string, expected: Expected): Reader =>
  way === 'queue' ? queueReader(endpoint) : functionReader(expected);
