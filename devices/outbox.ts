import type { Message, PublishOutcome } from './transport.ts';

/**
 * What came of handing a message to the network: its outcome; or the connection was `lost` before an answer, or `cut` by
 * ourselves, and the message has to be sent again.
 */
export type SendResult = PublishOutcome | 'lost' | 'cut';

type Entry = {
  readonly message: Message;
  readonly settle: (outcome: PublishOutcome) => void;
  /** Messages stay in this order, also when they are sent again. */
  readonly order: number;
  /** How often a connection was lost while this message alone was in flight. */
  fatal: number;
};

type Settings = {
  /** Hands a message to the network and later calls `done`, at most once. */
  readonly send: (message: Message, done: (result: SendResult) => void) => void;
  /** Messages that may wait for a connection or for a place in flight. */
  readonly capacity: number;
  /** Messages that may wait for their PUBACK at one time. */
  readonly maxInFlight: number;
};

export type Outbox = {
  add: (message: Message) => Promise<PublishOutcome>;
  /** Sends what waits, as far as there is room in flight. */
  open: () => void;
  /** From now on messages wait. What is in flight stays so until `send` is done with it. */
  shut: () => void;
  /** Settles everything as `unacknowledged`, now and later. */
  end: () => void;
};

/**
 * So many connections in a row may end on one message before it counts as refused. A broker of MQTT 3.1.1 has no other
 * way to say no [MQTT-3.3.5-2], and AWS IoT Core closes the connection too.
 */
const maxFatal = 3;

/**
 * What a device has to say and has not yet been acknowledged. Bounded: the oldest waiting message gives way, also one
 * that was sent before and lost its connection. After a loss one message goes first alone, so that one that is refused by
 * closing the connection is found out.
 */
export const outbox = ({ send, capacity, maxInFlight }: Settings): Outbox => {
  const waiting: Entry[] = [];
  const inFlight = new Set<Entry>();
  let state: 'shut' | 'open' | 'ended' = 'shut';
  let [window, next, isDraining] = [maxInFlight, 0, false];

  const sendAgain = (entry: Entry, result: 'lost' | 'cut'): void => {
    if (result === 'lost' && window === 1) entry.fatal += 1;
    if (entry.fatal >= maxFatal) {
      entry.settle('refused');
      return;
    }
    const at = waiting.findIndex(({ order }) => order > entry.order);
    waiting.splice(at < 0 ? waiting.length : at, 0, entry);
  };
  const conclude = (entry: Entry, result: SendResult): void => {
    if (!inFlight.delete(entry)) return;
    if (result === 'lost' || result === 'cut') {
      sendAgain(entry, result);
      if (inFlight.size === 0) window = 1;
    } else {
      window = maxInFlight;
      entry.settle(result);
    }
    drain();
  };
  /** `send` may be done at once, for which this loop goes on rather than a second one begins. */
  const drain = (): void => {
    if (isDraining) return;
    isDraining = true;
    while (state === 'open' && inFlight.size < window) {
      const entry = waiting.shift();
      if (entry === undefined) break;
      inFlight.add(entry);
      send(entry.message, (result) => conclude(entry, result));
    }
    isDraining = false;
  };
  return {
    add: (message) =>
      new Promise((settle) => {
        if (state === 'ended') {
          settle('unacknowledged');
          return;
        }
        waiting.push({ message, settle, order: next++, fatal: 0 });
        drain();
        while (waiting.length > capacity) waiting.shift()?.settle('dropped');
      }),
    open: () => {
      if (state === 'ended') return;
      state = 'open';
      drain();
    },
    shut: () => {
      if (state === 'open') state = 'shut';
    },
    end: () => {
      state = 'ended';
      const left = [...inFlight, ...waiting.splice(0)];
      inFlight.clear();
      for (const entry of left) entry.settle('unacknowledged');
    },
  };
};
