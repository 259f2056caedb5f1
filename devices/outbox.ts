import type { Message, PublishOutcome } from './transport.ts';

type Waiting = { readonly message: Message; readonly settle: (outcome: PublishOutcome) => void };

type Settings = {
  /** Hands a message to the network and later calls `done` once. */
  readonly send: (message: Message, done: (outcome: PublishOutcome) => void) => void;
  /** Messages that may wait for a connection or for a place in flight. */
  readonly capacity: number;
  /** Messages that may wait for their PUBACK at one time. */
  readonly maxInFlight: number;
};

export type Outbox = {
  add: (message: Message) => Promise<PublishOutcome>;
  /** Sends what waits, as far as there is room in flight. */
  open: () => void;
  /** From now on messages wait. What is in flight stays so: the network layer sends it again. */
  shut: () => void;
  /** Settles everything as `unacknowledged`, now and later. */
  end: () => void;
};

/** What a device has to say and has not yet been acknowledged. Bounded: the oldest waiting message gives way. */
export const outbox = ({ send, capacity, maxInFlight }: Settings): Outbox => {
  const waiting: Waiting[] = [];
  const inFlight = new Set<Waiting>();
  let state: 'shut' | 'open' | 'ended' = 'shut';

  const transmit = (item: Waiting): void => {
    inFlight.add(item);
    send(item.message, (outcome) => {
      if (!inFlight.delete(item)) return;
      item.settle(outcome);
      drain();
    });
  };
  const drain = (): void => {
    while (state === 'open' && inFlight.size < maxInFlight) {
      const next = waiting.shift();
      if (next === undefined) return;
      transmit(next);
    }
  };
  return {
    add: (message) =>
      new Promise((settle) => {
        if (state === 'ended') {
          settle('unacknowledged');
          return;
        }
        waiting.push({ message, settle });
        drain();
        if (waiting.length > capacity) waiting.shift()?.settle('dropped');
      }),
    open: () => {
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
      for (const item of left) item.settle('unacknowledged');
    },
  };
};
