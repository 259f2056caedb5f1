import { describe, expect, it } from 'vitest';
import type { HistoryRange } from '../../../fanout/client/telemetryClient.ts';
import { loadHistory, type HistoryReading } from './loadHistory.ts';

const hour = 3_600_000;
const now = 10 * hour;

/** A server that keeps a reading every so many ms, and gives 100 a page. */
const serverOf = (everyMs: number) => {
  const asked: HistoryRange[] = [];
  const historyOf = async function* (range: HistoryRange) {
    await Promise.resolve();
    asked.push(range);
    const { from = 0, to = now } = range;
    const readings: HistoryReading[] = [];
    for (let at = Math.ceil(from / everyMs) * everyMs; at <= to; at += everyMs)
      readings.push({ region: 'eu', ts: at, receivedAt: at, data: {} });
    for (let n = 0; n < Math.max(1, readings.length); n += 100)
      yield { ok: true as const, readings: readings.slice(n, n + 100) };
  };
  return { asked, historyOf };
};

const load = async (everyMs: number, isWanted = () => true) => {
  const { asked, historyOf } = serverOf(everyMs);
  const [stretches, told]: [{ from: number; times: number[] }[], number[]] = [[], []];
  const loaded = await loadHistory({
    historyOf,
    oldest: now - hour,
    now,
    most: 5_000,
    take: (readings, from) => stretches.push({ from, times: readings.map(({ ts }) => ts) }),
    progress: (readings) => told.push(readings),
    isWanted,
  });
  return { asked, loaded, stretches, told };
};

describe('history', () => {
  it('comes back to an hour ago, the newest minute first, without a hole', async () => {
    const { loaded, stretches } = await load(1_000);
    expect(loaded).toEqual({ ok: true, from: now - hour, isWhole: true });
    expect(stretches[0]?.times.length).toBe(61);
    const times = new Set(stretches.flatMap(({ times: some }) => some));
    expect(times.size).toBe(3_601);
  });

  it('of a device that speaks fast ends where about 5,000 readings are here', async () => {
    const { loaded, stretches } = await load(100);
    const count = stretches.reduce((sum, { times }) => sum + times.length, 0);
    expect(count).toBeGreaterThan(4_500);
    expect(count).toBeLessThan(5_500);
    expect(loaded).toMatchObject({ ok: true, isWhole: false });
  });

  it('of a device that is silent costs a few questions', async () => {
    expect((await load(10 * hour + 1)).asked.length).toBeLessThan(6);
  });

  it('tells how much came so far', async () => {
    const { told } = await load(1_000);
    expect(told.every((count, n) => n === 0 || count >= (told[n - 1] ?? 0))).toBe(true);
  });

  it('ends at once where nobody wants it any more', async () => {
    expect((await load(1_000, () => false)).stretches).toEqual([]);
  });

  it('that fails says why, and keeps what came', async () => {
    const error = { code: 'connection_lost' as const, message: 'The connection was lost.' };
    const taken: number[] = [];
    let turn = 0;
    const loaded = await loadHistory({
      historyOf: async function* () {
        turn += 1;
        yield turn === 1 ? { ok: true, readings: [] } : { ok: false, error };
      },
      oldest: now - hour,
      now,
      most: 5_000,
      take: (_, from) => taken.push(from),
      progress: () => undefined,
      isWanted: () => true,
    });
    expect([loaded, taken]).toEqual([{ ok: false, error }, [now - 60_000]]);
  });
});
