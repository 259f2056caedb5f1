import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../../../devices/ledger/latency.ts';
import type { HandlerName } from '../../../infra/handlers.ts';
import { buildVariants, type Variant } from './buildVariants.ts';
import { startOnce } from './startOnce.ts';

export type Figures = {
  readonly handler: HandlerName;
  readonly variant: Variant;
  readonly bytes: number;
  readonly starts: number;
  readonly ready: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly cpuP50Ms: number;
};

/**
 * What starting every handler takes, in each variant: `rounds` starts each; where there are several, after one that fills the system's file cache. They
 * take turns, so that a slow moment of the machine hits them alike.
 */
export const measureStarts = async (
  rounds: number,
  onRound: (round: number) => void = () => undefined,
): Promise<Figures[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'coldstart-'));
  try {
    const all = (await buildVariants(folder)).map((built) => ({
      ...built,
      ms: [] as number[],
      cpuMs: [] as number[],
      ready: 0,
    }));
    for (let round = rounds === 1 ? 1 : 0; round <= rounds; round += 1) {
      for (const one of all) {
        const { ms, cpuMs, isReady } = await startOnce(one.file);
        if (round === 0) continue;
        one.ms.push(ms);
        one.cpuMs.push(cpuMs);
        if (isReady) one.ready += 1;
      }
      onRound(round);
    }
    return all.map(({ handler, variant, bytes, ms, cpuMs, ready }) => ({
      ...{ handler, variant, bytes, starts: ms.length, ready },
      p50Ms: quantile(ms, 0.5),
      p90Ms: quantile(ms, 0.9),
      cpuP50Ms: quantile(cpuMs, 0.5),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
};
