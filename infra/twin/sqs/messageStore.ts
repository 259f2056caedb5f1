import type { Journal } from '../journal/journal.ts';
import type { StoredMessage } from './queue.ts';

/** The messages of a queue: in memory, and in a journal beside it. */
export type MessageStore = {
  /** In the order of sending, nearly. */
  all: () => Iterable<StoredMessage>;
  get: (id: string) => StoredMessage | undefined;
  /** Resolves when the journal has the message and the store too. Rejects with `NotKept`: neither has it. */
  add: (message: StoredMessage) => Promise<void>;
  /**
   * Has the message at once. Calls `release` when the journal has it too or, where that cannot be, when the message is
   * gone from here: until then whoever had it is to keep it.
   */
  adopt: (message: StoredMessage, release: () => void) => void;
  /** Has the message for as long as the twin lives, and no longer. */
  addFleeting: (message: StoredMessage) => void;
  /** Notes in the journal that a message was received once more. */
  noteReceive: (message: StoredMessage) => void;
  remove: (id: string) => void;
  /** Has the message no more. The journal does until the result is called, so that a kill finds it twice, not never. */
  handOver: (id: string) => () => void;
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
  /** Of messages that were adopted and are in no journal yet but the former one. */
  const releases = new Map<string, () => void>();
  const release = (id: string): void => {
    releases.get(id)?.();
    releases.delete(id);
  };
  const forget = (id: string): void => {
    journal.remove(id);
    release(id);
  };
  const remove = (id: string): void => {
    messages.delete(id);
    forget(id);
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
    adopt: (message, onRelease) => {
      set(message);
      releases.set(message.id, onRelease);
      journal.put(message.id, { ...message }).then(
        () => release(message.id),
        () => undefined, // Here for as long as the twin lives, and where it was after a kill.
      );
    },
    addFleeting: set,
    noteReceive: ({ id, receiveCount, firstReceivedAt }) =>
      journal.amend(id, { receiveCount, ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }) }),
    remove,
    handOver: (id) => {
      messages.delete(id);
      return () => forget(id);
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
