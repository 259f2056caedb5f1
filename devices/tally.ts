import { latencies } from './latencies.ts';
import type { PublishOutcome } from './transport.ts';

/**
 * Where a simulation stands. `published` = `waiting` + `acknowledged` + `refused` + `dropped` + `unacknowledged`, always.
 */
export type Progress = {
  readonly devices: number;
  /** Devices that have a connection now. */
  readonly connected: number;
  /** Readings handed to the transport. */
  readonly published: number;
  /** Readings that wait for a connection or for their PUBACK. */
  readonly waiting: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Pushed out of a full local buffer while there was no connection. */
  readonly dropped: number;
  /** Still waiting when the simulation ended. */
  readonly unacknowledged: number;
  /** Readings never taken, because this process was busy when their time came. */
  readonly missed: number;
  /** Failed connection attempts and lost connections. */
  readonly errors: number;
  readonly lastError?: string;
  /** Milliseconds from publish to PUBACK, waiting for a connection included; null before the first. */
  readonly ackMs: { readonly p50: number | null; readonly p99: number | null };
  /** From the start until now or until publishing stopped. */
  readonly seconds: number;
};

export type Tally = {
  up: () => void;
  /** An attempt failed (`wasUp` false) or a connection was lost. */
  down: (reason: string, wasUp: boolean) => void;
  published: () => void;
  settled: (outcome: PublishOutcome, ms: number) => void;
  missed: (readings: number) => void;
  waiting: () => number;
  /** The reason of the last error, while there has been one. */
  lastError: () => string | undefined;
  progress: (seconds: number) => Progress;
};

/** Counts what happens to a fleet of `devices`. */
export const tally = (devices: number): Tally => {
  const outcomes = { acknowledged: 0, refused: 0, dropped: 0, unacknowledged: 0 };
  const ack = latencies();
  let [connected, published, waiting, missed, errors] = [0, 0, 0, 0, 0];
  let lastError: string | undefined;
  return {
    up: () => (connected += 1),
    down: (reason, wasUp) => {
      errors += 1;
      lastError = reason;
      if (wasUp) connected -= 1;
    },
    published: () => {
      published += 1;
      waiting += 1;
    },
    settled: (outcome, ms) => {
      waiting -= 1;
      outcomes[outcome] += 1;
      if (outcome === 'acknowledged') ack.add(ms);
    },
    missed: (readings) => (missed += readings),
    waiting: () => waiting,
    lastError: () => lastError,
    progress: (seconds) => ({
      devices,
      connected,
      published,
      waiting,
      ...outcomes,
      missed,
      errors,
      ...(lastError !== undefined && { lastError }),
      ackMs: { p50: ack.quantile(0.5) ?? null, p99: ack.quantile(0.99) ?? null },
      seconds: Math.round(seconds * 10) / 10,
    }),
  };
};
