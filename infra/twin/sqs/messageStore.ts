import type { Journal } from '../journal/journal.ts';
import type { StoredMessage } from './queue.ts';

/** The messages of a queue: in memory, and in a journal beside it. */
export type MessageStore = {
  /** In the order of sending, nearly. */
  all: () => Iterable<StoredMessage>;
  get: (id: string) => StoredMessage | undefined;
  /** Resolves when the journal has the message and the store too. Rejects with `NotKept`: neither has it. */
  add: (message: StoredMessage) => Promise<void>;
  /** Has the message at once; resolves when the journal has it too, rejects with `NotKept`. */
  adopt: (message: StoredMessage) => Promise<void>;
  /** Has the message for as long as the twin lives, and no longer. */
  addFleeting: (message: StoredMessage) => void;
  /** Notes in the journal that a message was received once more. */
  noteReceive: (message: StoredMessage) => void;
  remove: (id: string) => void;
  /** Hands a message over: the journal keeps it until `taken` resolves, so that a kill finds it twice, not never. */
  move: (message: StoredMessage, taken: Promise<void>) => void;
  /** Drops what is older than the retention period. */
  dropExpired: (now: number) => void;
};

/** Begins with what the journal holds. Those that were in flight are visible, since nobody is at them any more. */
export const createMessageStore = (
  journal: Journal<StoredMessage>,
  { retentionMs, now }: { retentionMs: number; now: number },
): MessageStore => {
  const messages = new Map<string, StoredMessage>();
  // No message expires before; looked up again only then, as it is asked for at every receive.
  let nextExpiry = Infinity;
  const set = (message: StoredMessage): void => {
    messages.set(message.id, message);
    nextExpiry = Math.min(nextExpiry, message.sentAt + retentionMs);
  };
  const remove = (id: string): void => {
    messages.delete(id);
    journal.remove(id);
  };
  for (const [, message] of journal.entries()) set(restored(message, now));

  return {
    all: () => messages.values(),
    get: (id) => messages.get(id),
    add: async (message) => {
      // A copy: what is changed while it is received is not what the journal keeps.
      await journal.put(message.id, { ...message });
      set(message);
    },
    adopt: (message) => {
      set(message);
      return journal.put(message.id, { ...message });
    },
    addFleeting: set,
    noteReceive: ({ id, receiveCount, firstReceivedAt }) =>
      journal.amend(id, { receiveCount, ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }) }),
    remove,
    move: ({ id }, taken) => {
      messages.delete(id);
      // Not written where it went: it is there for as long as the twin lives, and here again after a kill.
      taken.then(() => journal.remove(id)).catch(() => undefined);
    },
    dropExpired: (at) => {
      if (at < nextExpiry) return;
      nextExpiry = Infinity;
      for (const { id, sentAt } of messages.values()) {
        if (sentAt + retentionMs <= at) remove(id);
        else nextExpiry = Math.min(nextExpiry, sentAt + retentionMs);
      }
    },
  };
};

/** Visible once what was left of its delay has passed, even where a fast clock went back to the present. */
const restored = (message: StoredMessage, now: number): StoredMessage => ({
  ...message,
  visibleAt: Math.min(message.visibleAt, now + Math.max(0, message.visibleAt - message.sentAt)),
});
