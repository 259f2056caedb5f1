import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../infra/twin/faults/faults.ts';
import { pairsIn } from './report.ts';
import { runLedger } from './run.ts';

/** Those from which everything has recovered within some seconds. */
const kinds: FaultKind[] = [
  'connections.latency',
  'connections.lost-response',
  'dynamodb.latency',
  'invoke.duplicate',
  'mqtt.lost-puback',
  'mqtt.restart',
  'socket.cut',
];

describe.each(['direct', 'queue'] as const)('the ledger of a run with faults, ingest %s', (ingest) => {
  it('accounts for every reading and viewer, and finds none lost, twice, out of order or leaked', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ledger-test-'));
    const size = { devices: 6, viewers: 8, rate: 1 };
    const run = { ...size, ingest, seed: 1, kinds, forMs: 5_000, folder: join(root, ingest) };
    const { verdict, stillFailed, ...outcome } = await runLedger(run);
    await rm(root, { recursive: true });

    expect(verdict.findings).toEqual([]);
    expect(verdict.classes).toMatchObject({ lost: 0, expired: 0 });
    expect(stillFailed).toBe(0);
    expect(verdict.faults).toBeGreaterThan(0);
    expect(verdict.counts.acknowledged.distinct).toBe(verdict.counts.attempted.distinct);
    expect(pairsIn({ verdict, stillFailed, ...outcome })).toBeGreaterThan(0);
  }, 120_000);
});
