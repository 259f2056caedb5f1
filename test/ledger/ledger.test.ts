import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultKind, FaultSetting } from '../../infra/twin/faults/faults.ts';
import { deliveredIn, shortfallsOf } from './claim.ts';
import { runLedger, type Run } from './run.ts';

type Plan = readonly Partial<Record<FaultKind, FaultSetting>>[];

/** So seldom that everything has recovered within some seconds. */
const both: Plan = [
  {}, // Until something is under way.
  { 'connections.throttle': { times: 8 } },
  { 'connections.error': { times: 4 } },
  { 'connections.gone': { times: 1 } },
  { 'connections.lost-response': { times: 2 } },
  { 'dynamodb.throttle': { times: 1 } },
  { 'dynamodb.error': { times: 1 } },
  { 'disconnect.missing': {}, 'socket.cut': { probability: 0.6 } },
  { 'mqtt.lost-puback': { times: 2 } },
  { 'mqtt.restart': {} },
];

/** A message of the queue that failed comes again after a minute: too long for a test, so nothing crashes there. */
const plans = {
  direct: [
    ...both,
    { 'function.crash': { posts: 1, times: 2, only: 'Ingest' } },
    { 'invoke.duplicate': { times: 5 } },
  ],
  queue: [...both, { 'sqs.duplicate': { times: 5 } }],
} satisfies Record<Run['ingest'], Plan>;

const periodMs = 1_500;

const runOf = (ingest: Run['ingest'], folder: string): Run => {
  const periods = plans[ingest].map((faults) => ({
    ms: periodMs,
    faults: Object.entries(faults) as [FaultKind, FaultSetting][], // Of its keys.
  }));
  const kinds = periods.flatMap(({ faults }) => faults.map(([kind]) => kind));
  const size = { devices: 6, viewers: 8, rate: 2, drainMs: 100_000 };
  return { ...size, ingest, seed: 1, kinds, periods, forMs: periodMs * periods.length, folder };
};

describe.each(['direct', 'queue'] as const)('the ledger of a run with faults, ingest %s', (ingest) => {
  it('accounts for every reading and viewer, and finds none lost, twice, out of order or leaked', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ledger-test-'));
    const run = runOf(ingest, join(root, ingest));
    const outcome = await runLedger(run);
    await rm(root, { recursive: true });

    const { verdict } = outcome;
    expect(verdict.findings).toEqual([]);
    const demands = { faults: run.kinds.length, kinds: run.kinds.length };
    expect(shortfallsOf(run, outcome, demands)).toEqual([]);
    expect(verdict.kinds.toSorted()).toEqual(run.kinds.toSorted());

    const { attempted, acknowledged, published } = verdict.counts;
    expect(acknowledged.distinct).toBe(attempted.distinct);
    expect(published.distinct).toBe(attempted.distinct);
    // Every device publishes at least every two seconds, and once more in the end.
    expect(attempted.distinct).toBeGreaterThan((run.devices * run.forMs) / 2_000);
    expect(deliveredIn(outcome)).toBeGreaterThan(attempted.distinct);
  }, 400_000);
});
