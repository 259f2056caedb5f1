import type { BehaviourKind } from './behaviour/behaviour.ts';
import { latencies } from './latencies.ts';
import type { PublishOutcome } from './transport.ts';

/**
 * What became of a message in the end. `forgotten`: a behaviour's doing; it was in the memory of a device that was rebooted,
 * or pushed out of the full buffer of one that was kept from its network.
 */
export type Fate = PublishOutcome | 'forgotten';

/** What happened to a fleet: plain numbers, which {@link mergedCounts} adds up over processes. */
export type Counts = {
  readonly devices: number;
  readonly connected: number;
  /** Devices that tried to connect, failed, and have never had a connection. */
  readonly unreached: number;
  /** Whether the last error was the broker's refusal of a device. */
  readonly isRefused: boolean;
  readonly published: number;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly missed: number;
  /** Failed attempts and lost connections that no behaviour brought about, by reason. */
  readonly errors: Readonly<Record<string, number>>;
  readonly lastError?: string | undefined;
  readonly behaviours: Readonly<Partial<Record<BehaviourKind, number>>>;
  /** See latencies.ts. */
  readonly ack: readonly number[];
};

export type Tally = {
  up: () => void;
  /** A connection is no more. */
  down: () => void;
  /** An attempt failed or a connection was lost, and no behaviour wanted it. */
  failed: (reason: string, isRefused: boolean) => void;
  /** A device that has had no connection yet could not get one; then it could. */
  unreached: () => void;
  reached: () => void;
  published: () => void;
  settled: (fate: Fate, ms: number) => void;
  missed: (readings: number) => void;
  behaved: (kind: BehaviourKind) => void;
  waiting: () => number;
  counts: () => Counts;
};

/** Reasons are the broker's and the network's words: so many are told apart. */
const maxReasons = 20;
const otherReasons = 'other reasons';

const increment = <Key extends string>(counts: Partial<Record<Key, number>>, key: Key): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** Counts what happens to a fleet of `devices`. */
export const tally = (devices: number): Tally => {
  const fates = { acknowledged: 0, refused: 0, dropped: 0, unacknowledged: 0, forgotten: 0 };
  const errors: Record<string, number> = {};
  const behaviours: Partial<Record<BehaviourKind, number>> = {};
  const ack = latencies();
  let [connected, unreached, published, settled, missed] = [0, 0, 0, 0, 0];
  let [lastError, isRefused]: [string | undefined, boolean] = [undefined, false];
  return {
    up: () => (connected += 1),
    down: () => (connected -= 1),
    failed: (reason, refused) => {
      [lastError, isRefused] = [reason, refused];
      const isNew = errors[reason] === undefined && Object.keys(errors).length >= maxReasons;
      increment(errors, isNew ? otherReasons : reason);
    },
    unreached: () => (unreached += 1),
    reached: () => (unreached -= 1),
    published: () => (published += 1),
    settled: (fate, ms) => {
      settled += 1;
      fates[fate] += 1;
      if (fate === 'acknowledged') ack.add(ms);
    },
    missed: (readings) => (missed += readings),
    behaved: (kind) => increment(behaviours, kind),
    waiting: () => published - settled,
    counts: () => ({
      devices,
      connected,
      unreached,
      published,
      fates: { ...fates },
      missed,
      errors: { ...errors },
      lastError,
      isRefused,
      behaviours: { ...behaviours },
      ack: ack.counts(),
    }),
  };
};
