import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram as watch } from '../dashboard/watch/program.ts';
import { runProgram as devices } from '../devices/program.ts';
import type { SensorUpdate } from '../fanout/protocol.ts';
import { startForTest } from './local.ts';

/** Hourly mean temperatures of Seattle over a year, °C. */
const weather = 'node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv';

let local: Awaited<ReturnType<typeof startForTest>>;
let folder = '';

beforeAll(async () => {
  local = await startForTest();
  folder = await mkdtemp(join(tmpdir(), 'replay-story-'));
});

afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

/** `npm run watch -- --device <name> --json`, until it has seen `count` updates. */
const recorded = (device: string, count: number) => {
  const lines: string[] = [];
  const stop = new AbortController();
  let live = (): void => undefined;
  const isLive = new Promise<void>((resolve) => (live = resolve));
  const out = {
    write: (text: string) => {
      if (lines.push(text) >= count) stop.abort();
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
  const err = {
    write: (text: string) => {
      if (text.includes('"live"')) live();
      return true;
    },
  };
  const args = ['--device', device, '--json', '--dashboard', local.dashboardUrl];
  const done = watch(args, { out, err, env: {}, signal: stop.signal, now: Date.now }).then((code) => {
    expect(code).toBe(0);
    return lines;
  });
  return { isLive, done };
};

const replay = async (...args: readonly string[]): Promise<void> => {
  const err: string[] = [];
  const code = await devices(['replay', ...args, '--broker', local.mqttUrl, '--quiet'], {
    out: { write: () => true },
    err: { write: (text) => err.push(text) },
    signal: new AbortController().signal,
  });
  expect({ code, err }).toEqual({ code: 0, err: [] });
};

/** As watch wrote them, in the order in which they were published: two invocations may overtake each other. */
const updatesIn = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line) as SensorUpdate).toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));

describe('a recording', () => {
  it('is replayed, watched, recorded and replayed again: a summer day in Seattle', async () => {
    const first = recorded('seattle', 24);
    await first.isLive;
    await replay(
      weather,
      '--device',
      'seattle',
      '--map',
      'temperature=temperature',
      '--speed',
      '36000',
      '--from',
      '2010-07-01T00:00:00Z',
      '--to',
      '2010-07-01T23:00:00Z',
    );
    const lines = await first.done;
    const updates = updatesIn(lines);
    const day = updates.map(({ data }) => Number(data['temperature']));
    expect(day).toHaveLength(24);
    expect(day.indexOf(Math.min(...day))).toBe(5);
    expect(day.indexOf(Math.max(...day))).toBe(16);

    const window = join(folder, 'window.ndjson');
    await writeFile(window, updates.map((update) => `${JSON.stringify(update)}\n`).join(''));
    const again = recorded('seattle-again', 24);
    await again.isLive;
    await replay(window, '--device', 'seattle-again', '--speed', '2');
    const second = updatesIn(await again.done);
    expect(second.map(({ data }) => data['temperature'])).toEqual(day);
    expect(second.map(({ seq }) => seq)).toEqual(day.map((_, n) => n));
  }, 60_000);
});
