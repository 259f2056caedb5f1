import { Buffer } from 'node:buffer';
import type { Clock } from '../clock.ts';
import type { Received, StoredMessage } from '../sqs/queue.ts';
import type { QueueMapping } from './queueMapping.ts';

/** How long one poll waits for a first message, seconds: long polling at its longest. */
const pollSeconds = 20;

/** What an event may hold (Lambda quotas: 6 MB), some left for what surrounds the records. */
const maxEventBytes = 6 * 1024 * 1024 - 1024;

/** More than what a record holds beside body and message attributes. */
const recordBytes = 1024;

/**
 * One batch: as many messages as there are, up to the batch size and 6 MB, gathered for the batching window from the
 * first one on. Empty when none came, `signal` ended the wait or `mayReceive`, asked for each message, does not hold.
 * Unlike AWS, which polls five times at once and may wait 20 s in a quiet queue, one poller gathers, and for no longer
 * than the window.
 */
export const gatherBatch = async (
  { queue, batchSize, windowMs }: Pick<QueueMapping, 'queue' | 'batchSize' | 'windowMs'>,
  clock: Clock,
  visibilityTimeout: number,
  signal: AbortSignal,
  mayReceive: () => boolean,
): Promise<Received[]> => {
  const batch: Received[] = [];
  const room = { isFull: false };
  const hasRoomFor = roomFor(maxEventBytes, room);
  const fits = (message: StoredMessage): boolean => mayReceive() && hasRoomFor(message);
  const take = async (wait: number): Promise<boolean> => {
    const max = batchSize - batch.length;
    batch.push(...(await queue.receive({ max, wait, visibilityTimeout, fits, signal })));
    return !room.isFull && batch.length < batchSize;
  };
  let hasRoom = await take(pollSeconds);
  const until = clock.now() + windowMs;
  while (hasRoom && batch.length > 0 && clock.now() < until && !signal.aborted)
    hasRoom = await take((until - clock.now()) / 1000);
  return batch;
};

/** Counts messages against a limit and notes in `room` that one was refused; the first, of 1 MiB at most, always fits. */
const roomFor = (maxBytes: number, room: { isFull: boolean }): ((message: StoredMessage) => boolean) => {
  let used = 0;
  return ({ body, attributes }) => {
    const bytes = recordBytes + Buffer.byteLength(JSON.stringify([body, attributes]));
    room.isFull = used > 0 && used + bytes > maxBytes;
    if (!room.isFull) used += bytes;
    return !room.isFull;
  };
};
