import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { noJournal, type Journal } from '../journal/journal.ts';
import { checkDraft, type Draft, type MessageAttributes } from './message.ts';
import { createMessageStore } from './messageStore.ts';
import type { QueueSettings } from './queueSettings.ts';
import { invalidReceiptHandle, messageNotInflight } from './sqsError.ts';

/** A message in a queue. Times are epoch milliseconds on the twin's clock. */
export type StoredMessage = {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: number;
  /** Who sent it: an access key id, or `twin`. */
  readonly senderId: string;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The ARN of the queue that gave up on it. */
  deadLetterOf?: string;
  /** It was deleted and comes once more. */
  isRepeat?: true;
};

export type Received = {
  message: StoredMessage;
  receiptHandle: string;
  /** When the queue's visibility time-out for it ends. */
  visibleAgainAt: number;
};

export type ReceiveOptions = {
  /** 1 to 10 for callers from outside. */
  max: number;
  /** Asked before each message is taken; the first no ends this receive. */
  fits?: (message: StoredMessage) => boolean;
  /** Seconds; the queue's own when absent. */
  visibilityTimeout?: number;
  /** Seconds of long polling; the queue's own when absent. */
  wait?: number;
  /** Ends long polling; nothing is received after that. */
  signal?: AbortSignal;
};

export type Depth = { visible: number; inFlight: number; delayed: number };

/** A standard queue: at least once, in no promised order, here nearly that of sending. */
export type Queue = {
  readonly settings: QueueSettings;
  /**
   * Resolves once the message is in the queue and its journal. `delay` in seconds. Rejects with SqsError for a message
   * that SQS would refuse, with `NotKept` when the journal cannot take it.
   */
  send: (draft: Draft, options?: { delay?: number; senderId?: string }) => Promise<StoredMessage>;
  receive: (options: ReceiveOptions) => Promise<Received[]>;
  /** An old or used receipt handle deletes nothing and is no error, as on AWS. Throws SqsError for a malformed one. */
  remove: (receiptHandle: string) => void;
  /** `seconds` from now. Throws SqsError when the message is not in flight under this handle. */
  changeVisibility: (receiptHandle: string, seconds: number) => void;
  /** Makes a message in flight visible at a time (epoch ms); nothing happens when it is not in flight under this handle. */
  reappear: (receiptHandle: string, at: number) => void;
  depth: () => Depth;
  /** Every message it holds, those in flight included; receiving is not affected. */
  messages: () => readonly StoredMessage[];
  purge: () => void;
  /**
   * Takes a message over as a dead letter at once; it keeps its age. Calls `release` when whoever had it need not keep it
   * any more, since it is in this queue's journal or was removed.
   */
  adopt: (message: StoredMessage, release: () => void) => void;
};

export type QueueParts = {
  clock: Clock;
  deadLetterQueue?: () => Queue | undefined;
  /** What it begins with and keeps. Those that were in flight are visible again, as nobody is at them any more. */
  journal?: Journal<StoredMessage>;
  faults?: Pick<Faults, 'hit'>;
};

export const createQueue = (
  settings: QueueSettings,
  {
    clock,
    deadLetterQueue = () => undefined,
    journal = noJournal(settings.name),
    faults = noFaults,
  }: QueueParts,
): Queue => {
  const times = { retentionMs: settings.retentionPeriod * 1000, now: clock.now() };
  const store = createMessageStore(journal, times);
  const pollers = new Set<() => void>();

  const wakeAll = (): void => {
    for (const wake of pollers) wake();
  };
  /** Moves a message that was received too often to the dead-letter queue, when there is one. */
  const buried = (message: StoredMessage): boolean => {
    const { redrive } = settings;
    const target = deadLetterQueue();
    if (redrive === undefined || target === undefined || message.receiveCount < redrive.maxReceiveCount)
      return false;
    const dead = { ...message, receiveCount: 0, visibleAt: clock.now(), deadLetterOf: settings.arn };
    target.adopt(dead, store.handOver(message.id));
    return true;
  };
  const takeVisible = ({
    max,
    visibilityTimeout = settings.visibilityTimeout,
    fits = () => true,
  }: ReceiveOptions): { taken: Received[]; full: boolean } => {
    const now = clock.now();
    const taken: Received[] = [];
    store.dropExpired(now);
    for (const message of store.all()) {
      if (taken.length === max) break;
      if (message.visibleAt > now || buried(message)) continue;
      if (!fits(message)) return { taken, full: true };
      message.receiveCount++;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityTimeout * 1000;
      store.noteReceive(message);
      const visibleAgainAt = now + settings.visibilityTimeout * 1000;
      taken.push({ message, receiptHandle: handleOf(message), visibleAgainAt });
    }
    return { taken, full: taken.length === max };
  };
  /** Until a message comes, one becomes visible, `until` passes or the poller goes away. */
  const change = (until: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const now = clock.now();
      let next = until;
      for (const { visibleAt } of store.all()) next = Math.min(next, visibleAt);
      const wake = (): void => {
        cancel();
        pollers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = clock.after(Math.max(1, next - now), wake);
      pollers.add(wake);
      signal?.addEventListener('abort', wake);
    });
  const inFlight = (receiptHandle: string): StoredMessage | undefined => {
    const message = store.get(messageIdOf(receiptHandle));
    return message !== undefined && handleOf(message) === receiptHandle ? message : undefined;
  };

  const repeat = (message: StoredMessage): void => {
    store.addFleeting({ ...message, isRepeat: true, receiveCount: 0, visibleAt: clock.now() });
    wakeAll();
  };

  return {
    settings,
    send: async (draft, { delay = settings.delay, senderId = 'twin' } = {}) => {
      checkDraft(draft, settings.maxBytes);
      const now = clock.now();
      const times = { sentAt: now, visibleAt: now + delay * 1000, receiveCount: 0 };
      const message = { ...draft, ...times, id: randomUUID(), senderId };
      await store.add(message);
      wakeAll();
      return message;
    },
    receive: async (options) => {
      const until = clock.now() + (options.wait ?? settings.receiveWait) * 1000;
      for (;;) {
        if (options.signal?.aborted === true) return [];
        const { taken, full } = takeVisible(options);
        if (taken.length > 0 || full || clock.now() >= until) return taken;
        await change(until, options.signal);
      }
    },
    remove: (receiptHandle) => {
      const message = inFlight(receiptHandle);
      if (message === undefined) return;
      const { id, isRepeat = false } = message;
      store.remove(id);
      // Standard queues deliver at least once: the copy that missed the deletion.
      if (!isRepeat && faults.hit('sqs.duplicate', settings.name) !== undefined) repeat(message);
    },
    changeVisibility: (receiptHandle, seconds) => {
      const message = inFlight(receiptHandle);
      if (message === undefined || message.visibleAt <= clock.now()) throw messageNotInflight();
      message.visibleAt = clock.now() + seconds * 1000;
      wakeAll();
    },
    reappear: (receiptHandle, at) => {
      const message = inFlight(receiptHandle);
      if (message === undefined) return;
      message.visibleAt = at;
      wakeAll();
    },
    depth: () => {
      const now = clock.now();
      store.dropExpired(now);
      return [...store.all()].reduce((depth, message) => counted(depth, message, now), empty);
    },
    messages: () => {
      store.dropExpired(clock.now());
      return [...store.all()];
    },
    purge: () => {
      for (const { id } of store.all()) store.remove(id);
    },
    adopt: (message, release) => {
      store.adopt(message, release);
      wakeAll();
    },
  };
};

const empty: Depth = { visible: 0, inFlight: 0, delayed: 0 };

const counted = (depth: Depth, { visibleAt, receiveCount }: StoredMessage, now: number): Depth => {
  if (visibleAt <= now) return { ...depth, visible: depth.visible + 1 };
  return receiveCount === 0
    ? { ...depth, delayed: depth.delayed + 1 }
    : { ...depth, inFlight: depth.inFlight + 1 };
};

/** A new handle for every receive: only the latest one deletes (ReceiveMessage, "ReceiptHandle"). */
const handleOf = ({ id, receiveCount }: StoredMessage): string =>
  Buffer.from(`${id}#${receiveCount}`).toString('base64url');

const messageIdOf = (receiptHandle: string): string => {
  const [, id] = /^([0-9a-f-]{36})#\d+$/.exec(Buffer.from(receiptHandle, 'base64url').toString()) ?? [];
  if (id === undefined) throw invalidReceiptHandle(receiptHandle);
  return id;
};
