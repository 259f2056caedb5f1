import { expect, it } from 'vitest';
import type { Entries, Ledger } from '../ledger/entries.ts';
import { restOf } from './restOf.ts';

const said = { deviceId: 'd', region: 'a', deviceType: 'pump', boot: 1, seq: 0, data: {}, sha: '' };
const attempted: Entries['attempted'] = { at: 1, ...said };

const ledgerOf = (acknowledged: Entries['acknowledged'][]): Ledger => ({
  ...{ attempted: [attempted], acknowledged, discarded: [], published: [], posted: [], received: [] },
  ...{ applied: [], told: [], faulted: [], torn: [] },
  scene: {
    devices: [{ deviceId: 'd', region: 'a', deviceType: 'pump' }],
    viewers: [],
    unseen: ['published', 'posted'],
  },
});

const signal = new AbortController().signal;

it('all is at rest once every reading is acknowledged', async () => {
  const ledger = ledgerOf([{ at: 2, deviceId: 'd', boot: 1, seq: 0 }]);
  expect(await restOf({ soFar: ledger }, 60_000, signal)).toBe(true);
});

it('a reading that is never acknowledged is waited for no longer than patience lasts', async () => {
  expect(await restOf({ soFar: ledgerOf([]) }, 600, signal)).toBe(false);
});

it('a run that was stopped waits for nothing', async () => {
  expect(await restOf({ soFar: ledgerOf([]) }, 3_600_000, AbortSignal.abort())).toBe(false);
});
