import { quantileOf } from './latencies.ts';
import type { Counts } from './tally.ts';

/** Where a simulation stands. `published` = `waiting` + `acknowledged` + `refused` + `dropped` + `unacknowledged` + `forgotten`, always. */
export type Progress = {
  readonly devices: number;
  /** Devices that have a connection now. */
  readonly connected: number;
  /** Devices that tried and have never had one. */
  readonly unreached: number;
  /** Messages handed to the transport, copies by the behaviour `duplicates` included. */
  readonly published: number;
  /** Those that wait for a connection or for their PUBACK. */
  readonly waiting: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Pushed out of a full local buffer while there was no connection, and no behaviour wanted that. */
  readonly dropped: number;
  /** Still waiting when the simulation ended. */
  readonly unacknowledged: number;
  /** In the memory of a device that a behaviour restarted, or pushed out of the full buffer of one that it kept offline. */
  readonly forgotten: number;
  /** Readings never taken, because this process was busy when their time came. */
  readonly missed: number;
  /** Failed connection attempts and lost connections, but those that a behaviour brought about. */
  readonly errors: number;
  readonly errorsByReason: Readonly<Record<string, number>>;
  readonly lastError?: string;
  /** How often each behaviour happened: spells and restarts, or readings that it changed. */
  readonly behaviours: Counts['behaviours'];
  /** Milliseconds from publish to PUBACK, waiting for a connection included; null before the first. */
  readonly ackMs: { readonly p50: number | null; readonly p99: number | null };
  /** How late this process is for its timers, p99 in milliseconds (the worst process); null where it is not measured. */
  readonly eventLoopMs: number | null;
  /** From the start until now or until publishing stopped. */
  readonly seconds: number;
};

/** What the counts come to. */
export const progressOf = (
  { fates, errors, lastError, ack, ...counts }: Counts,
  seconds: number,
  eventLoopMs: number | null,
): Progress => {
  const settled = Object.values(fates).reduce((sum, count) => sum + count, 0);
  return {
    devices: counts.devices,
    connected: counts.connected,
    unreached: counts.unreached,
    published: counts.published,
    waiting: counts.published - settled,
    ...fates,
    missed: counts.missed,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    errorsByReason: errors,
    ...(lastError !== undefined && { lastError }),
    behaviours: counts.behaviours,
    ackMs: { p50: quantileOf(ack, 0.5) ?? null, p99: quantileOf(ack, 0.99) ?? null },
    eventLoopMs: eventLoopMs === null ? null : Math.round(eventLoopMs),
    seconds: Math.round(seconds * 10) / 10,
  };
};

const noFates: Counts['fates'] = { acknowledged: 0, refused: 0, dropped: 0, unacknowledged: 0, forgotten: 0 };

const summed = <Key extends string>(
  records: readonly Readonly<Partial<Record<Key, number>>>[],
): Partial<Record<Key, number>> => {
  const sums: Partial<Record<Key, number>> = {};
  for (const record of records) {
    // Object.entries forgets the type of the keys.
    for (const [key, count] of Object.entries(record) as [Key, number][])
      sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
};

/** What happened to all parts of a fleet; without any, nothing. */
export const mergedCounts = (parts: readonly Counts[]): Counts => {
  const sumOf = (count: (part: Counts) => number): number =>
    parts.reduce((sum, part) => sum + count(part), 0);
  const failed = parts.findLast((part) => part.lastError !== undefined);
  return {
    devices: sumOf((part) => part.devices),
    connected: sumOf((part) => part.connected),
    unreached: sumOf((part) => part.unreached),
    published: sumOf((part) => part.published),
    fates: { ...noFates, ...summed(parts.map(({ fates }) => fates)) },
    missed: sumOf((part) => part.missed),
    errors: summed(parts.map(({ errors }) => errors)) as Record<string, number>,
    lastError: failed?.lastError,
    isRefused: failed?.isRefused === true,
    behaviours: summed(parts.map(({ behaviours }) => behaviours)),
    ack: (parts.find(({ ack }) => ack.length > 0)?.ack ?? []).map((_, bucket) =>
      sumOf(({ ack }) => ack[bucket] ?? 0),
    ),
  };
};
