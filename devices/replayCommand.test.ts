import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { parseReading } from '../ingest/parseReading.ts';
import { wallClock } from './clock.ts';
import { connectionDefaults } from './connectionSettings.ts';
import { runProgram } from './program.ts';
import { openRecording } from './replay/recording.ts';
import { replay } from './replay/replay.ts';
import { timeFormat } from './replay/timeFormat.ts';
import { testTransport } from './transport.testing.ts';
import { openTransport } from './transports/openTransport.ts';

const weather = 'node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv';

type Told = { topic: string; clientId: string; payload: Record<string, unknown> };

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'replay-'))));
afterAll(() => rm(folder, { recursive: true }));

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const action of close) await action();
  close = [];
});

/** A broker that keeps what is published. */
const startBroker = async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => void aedes.handle(socket));
  const told: Told[] = [];
  const stop = new AbortController();
  let enough = Infinity;
  aedes.authorizePublish = (client, packet, done) => {
    // Our own payloads: JSON objects, always.
    const payload = JSON.parse(packet.payload.toString()) as Record<string, unknown>;
    expect(parseReading({ ...packet, payload: packet.payload as Buffer, receivedAt: 0 })).toMatchObject({
      ok: true,
    });
    told.push({ topic: packet.topic, clientId: client?.id ?? '', payload });
    done(null);
    if (told.length >= enough) stop.abort();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close.push(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    await new Promise((resolve) => server.close(resolve));
  });
  // A TCP server that listens has an AddressInfo for an address.
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, told, signal: stop.signal, stopAfter: (readings: number) => (enough = readings) };
};

const run = async (args: readonly string[], signal = new AbortController().signal) => {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  const code = await runProgram(['replay', ...args], { out: into(out), err: into(err), signal });
  return { code, out: out.join(''), err: err.join('') };
};

const parseTime = timeFormat('auto') ?? (() => undefined);
const mapping = { parseTime, device: 'd', isDeviceGiven: false, region: 'r', isRegionGiven: false };

/** What `--json` prints. */
const eventsIn = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>); // Our own lines: objects, always.

describe('replay', () => {
  it('plays a day of hourly temperatures at 360,000 times their speed, as if it happened now', async () => {
    const { url, told } = await startBroker();
    const { code, out } = await run([
      ...[weather, '--broker', url, '--speed', '360000', '--fields', 'temperature', '--device', 'seattle'],
      ...['--from', '2010-07-01T00:00:00Z', '--to', '2010-07-01T23:00:00Z', '--json'],
    ]);
    expect(code).toBe(0);
    expect(told).toHaveLength(24);
    expect(new Set(told.map(({ topic }) => topic))).toEqual(new Set(['telemetry/eu-west/seattle']));
    expect(told.map(({ payload }) => payload['seq'])).toEqual(told.map((_, n) => n));
    // The coldest hour is at sunrise (13 h UTC in Seattle's local time column: 5 in the morning), the warmest in the afternoon.
    const temperatures = told.map(({ payload }) => Number(payload['temperature']));
    expect(temperatures.indexOf(Math.min(...temperatures))).toBe(5);
    expect(temperatures.indexOf(Math.max(...temperatures))).toBe(16);
    const times = told.map(({ payload }) => Number(payload['ts']));
    expect(times.map((ts) => ts - (times[0] ?? 0))).toEqual(times.map((_, n) => n * 10));
    expect(eventsIn(out).at(-1)).toMatchObject({
      event: 'summary',
      published: 24,
      acknowledged: 24,
      devices: 1,
    });
  });

  it('plays a recorded live window without a mapping, each device over its own connection', async () => {
    const { url, told } = await startBroker();
    const path = join(folder, 'window.ndjson');
    const line = (device: string, n: number) =>
      JSON.stringify({
        type: 'sensor_update',
        deviceId: device,
        region: 'roof',
        deviceType: 'pump',
        ts: 5_000 + n,
        receivedAt: 5_010 + n,
        sentAt: 5_020 + n,
        boot: 1,
        seq: n,
        data: { rpm: n, spectrum: [1, 2] },
        source: 'live',
      });
    await writeFile(path, [line('pump-1', 0), line('pump-2', 1), line('pump-1', 2)].join('\n'));
    const { code } = await run([path, '--broker', url, '--original-time', '--boot', '9']);
    expect(code).toBe(0);
    expect(told.filter(({ clientId }) => clientId === 'replay-pump-1').map(({ payload }) => payload)).toEqual(
      [
        { ts: 5_000, seq: 0, boot: 9, type: 'pump', rpm: 0, spectrum: [1, 2] },
        { ts: 5_002, seq: 1, boot: 9, type: 'pump', rpm: 2, spectrum: [1, 2] },
      ],
    );
    expect(told.find(({ clientId }) => clientId === 'replay-pump-2')).toMatchObject({
      topic: 'telemetry/roof/replay-pump-2',
    });
  });

  it('plays over and over until it is stopped, and gets all acknowledged', async () => {
    const { url, told, signal, stopAfter } = await startBroker();
    stopAfter(20);
    const path = join(folder, 'loop.csv');
    await writeFile(path, 'time,v\n0,1\n1,2\n2,3\n');
    const { code, out } = await run([path, '--broker', url, '--speed', '1000', '--loop', '--json'], signal);
    expect(code).toBe(0);
    expect(told.slice(0, 7).map(({ payload }) => payload['v'])).toEqual([1, 2, 3, 1, 2, 3, 1]);
    expect(told.map(({ payload }) => payload['seq'])).toEqual(told.map((_, n) => n));
    const summary = eventsIn(out).at(-1);
    expect(summary?.['acknowledged']).toBe(summary?.['published']);
  });

  it('publishes as fast as the broker takes it, and loses none', async () => {
    const { url, told } = await startBroker();
    const path = join(folder, 'many.csv');
    await writeFile(
      path,
      `time,id,v\n${Array.from({ length: 5_000 }, (_, n) => `1700000000,d${n % 100},${n}`).join('\n')}\n`,
    );
    const { code, out } = await run([path, '--broker', url, '--quiet', '--device-column', 'id']);
    expect(code).toBe(0);
    const values = told.map(({ payload }) => Number(payload['v'])).sort((a, b) => a - b);
    expect(values).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    expect(out).not.toContain('100 readings a second and device');
  });

  it('needs no times where it is told a rate', async () => {
    const { url, told } = await startBroker();
    const path = join(folder, 'timeless.csv');
    await writeFile(path, 'v\n1\n2\n');
    const { code } = await run([path, '--broker', url, '--rate', '100']);
    expect(code).toBe(0);
    const [first, second] = told.map(({ payload }) => payload);
    expect(told.map(({ clientId }) => clientId)).toEqual(['timeless', 'timeless']);
    expect([first?.['v'], second?.['v']]).toEqual([1, 2]);
    expect(Number(second?.['ts']) - Number(first?.['ts'])).toBe(10);
  });

  it('leaves out what a recorded window knew from before it, and says so in a dry run', async () => {
    const path = join(folder, 'before.ndjson');
    const line = (source: string, rpm: number) =>
      JSON.stringify({
        ...{ type: 'sensor_update', deviceId: 'pump-1', region: 'roof', ts: 1, receivedAt: 1, sentAt: 1 },
        ...{ source, data: { rpm } },
      });
    await writeFile(path, [line('live', 1), line('snapshot', 2), line('live', 3)].join('\n'));
    const { code, out, err } = await run([path, '--dry-run', '--id-prefix', '']);
    expect(code).toBe(0);
    expect(eventsIn(out)).toMatchObject([
      { topic: 'telemetry/roof/pump-1', payload: { rpm: 1 } },
      { topic: 'telemetry/roof/pump-1', payload: { rpm: 3 } },
    ]);
    expect(err).toBe('1 row was left out: line 2 is what was known before the window began.\n');
  });

  it('tells how many rows were left out, and the first', async () => {
    const { url } = await startBroker();
    const path = join(folder, 'holes.csv');
    await writeFile(path, 'time,v\n1,1\nx,2\n3,\n4,4\n');
    const { code, out } = await run([path, '--broker', url, '--speed', '1000']);
    expect(code).toBe(0);
    expect(out).toContain('2 rows were left out, the first: line 3 has "x" for a time');
  });

  it('prints the first readings and publishes none in a dry run', async () => {
    const { code, out } = await run([
      weather,
      '--speed',
      '3600',
      '--dry-run',
      '2',
      '--broker',
      'mqtt://127.0.0.1:1',
    ]);
    expect(code).toBe(0);
    expect(eventsIn(out)).toMatchObject([
      { line: 2, seconds: 0, payload: { seq: 0, pressure: 1016.6, temperature: 4, wind: 3.8 } },
      { line: 3, seconds: 1, payload: { seq: 1, temperature: 3.9 } },
    ]);
  });

  it('rejects a recording of more devices than it takes', async () => {
    const path = join(folder, 'crowd.csv');
    await writeFile(path, `time,id,v\n${Array.from({ length: 5_001 }, (_, n) => `1,d${n},1`).join('\n')}\n`);
    const attempt = replay(
      { clock: wallClock, ...testTransport(), signal: new AbortController().signal, progressMs: 1_000 },
      await openRecording({ path, mapping: { ...mapping, deviceColumn: 'id' } }),
      { broker: 'mqtt://127.0.0.1:1', pace: { speed: 1 }, isLooped: false, isOriginalTime: false, boot: 1 },
    );
    await expect(attempt).rejects.toMatchObject({
      code: 'bad_file',
      message: 'The recording has more than 5000 devices: use --from and --to, or another --device-column.',
    });
  });

  it('calls a broker that is not there unreachable, by its url', async () => {
    const clock = { ...wallClock, after: (ms: number, act: () => void) => wallClock.after(ms / 20, act) };
    const path = join(folder, 'one.csv');
    await writeFile(path, 'time,v\n1,1\n');
    const broker = 'mqtt://127.0.0.1:1';
    const transport = await openTransport({ ...connectionDefaults, broker });
    const attempt = replay(
      { clock, transport, signal: new AbortController().signal, progressMs: 1_000 },
      await openRecording({ path, mapping }),
      { broker, pace: { speed: 1 }, isLooped: false, isOriginalTime: false, boot: 1 },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'broker_unreachable' });
    await expect(attempt).rejects.toThrow('mqtt://127.0.0.1:1');
  });

  it.each([
    [['/nowhere.csv'], 'there is no such file'],
    [['package.json'], 'has no row that can be replayed'],
    [[weather, '--time', 'when'], 'has no column "when"; it has date, pressure, temperature, wind'],
    [[weather, '--speed', '0'], 'from 0.001 to 10000000'],
    [[weather, '--speed', 'fast'], 'from 0.001 to 10000000'],
    [[weather, '--speed', '2', '--rate', '2'], 'Give --speed'],
    [[weather, '--time-format', 'HH:mm'], 'a pattern with yyyy'],
    [[weather, '--map', 'temperature'], 'FIELD=COLUMN'],
    [[weather, '--from', 'june'], 'Give a time such as'],
    [[weather, '--from', '2010-07-02', '--to', '2010-07-01'], '--from is after --to'],
    [[weather, '--device', 'a/b'], 'Give a name'],
    [[weather, '--device', 'a', '--device-column', 'b'], 'Give --device'],
    [[weather, 'other.csv'], 'too many arguments'],
    [[], 'missing required argument'],
  ])('refuses %j with code 2 and one line', async (args, hint) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
    expect(err).toMatch(/^[^\n]+\n$/);
  });
});
