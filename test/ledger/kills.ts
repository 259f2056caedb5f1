import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ports } from '../../infra/twin/boot.ts';
import { seededRandom } from '../../infra/twin/faults/seededRandom.ts';
import { freePort } from '../../infra/twin/listen.ts';
import { startDevice, type Device } from './killsDevice.ts';
import { createReader, type Reader } from './killsReader.ts';
import type { KillsWay, Life } from './killsStack.ts';

export type KillsOptions = {
  /** How often the twin is killed. */
  readonly kills: number;
  /** Draws the moments; what the machine does meanwhile is its own affair. */
  readonly seed: number;
  /** What the rule hands messages on to. */
  readonly way: KillsWay;
  readonly onProgress?: (progress: { kills: number; acknowledged: number }) => void;
};

export type KillsResult = {
  way: KillsWay;
  kills: number;
  published: number;
  acknowledged: number;
  /** Acknowledged and never seen again. */
  lost: number;
  /** Read more than once: sent again since the PUBACK, or the deletion, was killed with the twin. */
  duplicates: number;
  /** Lives that ended before anything was acknowledged, other than those that end while the twin starts. */
  barren: number;
};

const host = '127.0.0.1';
const deviceCount = 10;

/**
 * Most messages that are acknowledged in a life, on average half of it. Lives are measured by messages and not by time,
 * so that a slow machine does as much as a fast one.
 */
const maxPerLife = 1_700;

/** Every tenth life ends while the twin starts, ms at most after it began. */
const maxStartMs = 400;

/** No life is longer, whatever is acknowledged. */
const maxLifeMs = 10_000;

/** After so many kills what is kept is read and emptied, so that starting does not take longer and longer. */
const inspectEvery = 20;

/**
 * Publishes QoS 1 at full speed to a twin of one rule and one queue, or one function, kills it (SIGKILL) and starts it
 * again on the same data folder, over and over, and compares what was acknowledged with what was in the queue, or came
 * to the function. In every other life a consumer takes messages out of the queue as well. What a kill takes along that
 * was never acknowledged is nobody's loss.
 */
export const killBroker = async ({ kills, seed, way, onProgress }: KillsOptions): Promise<KillsResult> => {
  const data = await mkdtemp(join(tmpdir(), 'kills-'));
  const ports = await freePorts();
  const life = { way, data, ports };
  // No device finds the twin that is only read.
  const inspected = { ...life, ports: { ...ports, mqtt: await freePort(host) } };
  const names = Array.from({ length: deviceCount }, (_, n) => `device-${n}`);
  const devices = names.map((name) => startDevice(name, `mqtt://${host}:${ports.mqtt}`));
  const acknowledged = (): number => sum(devices, (device) => device.acknowledged.size);
  const everything = function* (): Iterable<string> {
    for (const device of devices) yield* device.acknowledged;
  };
  const reader = createReader(way, `http://${host}:${ports.sqs}`, everything);
  const random = seededRandom(`${seed} kills`);
  const spares = sparesOf();
  let barren = 0;
  try {
    for (let n = 1; n <= kills; n++) {
      const isStart = n % 10 === 0;
      const before = acknowledged();
      const isOver = isStart
        ? atTime(random() * maxStartMs)
        : atCount(acknowledged, 1 + random() * maxPerLife);
      await live(await spares.next(), life, isOver, n % 2 === 0 ? reader : undefined);
      if (!isStart && acknowledged() === before) barren += 1;
      if (n % inspectEvery === 0) await reader.inspect(inspected);
      onProgress?.({ kills: n, acknowledged: acknowledged() });
    }
    for (const device of devices) device.stop();
    await reader.inspect(inspected);
    return { way, kills, barren, ...compare(devices, reader.counts) };
  } finally {
    for (const device of devices) device.stop();
    spares.close();
    reader.close();
    await rm(data, { recursive: true, force: true });
  }
};

const freePorts = async (): Promise<Ports> => ({
  webSocket: await freePort(host),
  dynamodb: await freePort(host),
  sqs: await freePort(host),
  mqtt: await freePort(host),
});

/** Whether a life is over, `ms` after it began. */
type IsOver = (ms: number) => boolean;

const atTime =
  (end: number): IsOver =>
  (ms) =>
    ms >= end;

const atCount = (count: () => number, more: number): IsOver => {
  const end = count() + more;
  return (ms) => count() >= end || ms >= maxLifeMs;
};

/** Lets a loaded process boot, and kills it once its life is over, wherever it is by then. */
const live = async (child: ChildProcess, life: Life, isOver: IsOver, reader?: Reader): Promise<void> => {
  const dying = new AbortController();
  const consuming = new Promise<void>((resolve) => {
    if (reader === undefined) resolve();
    else {
      child.once('message', () => void reader.consume(dying.signal).then(resolve));
      dying.signal.addEventListener('abort', () => resolve());
    }
  });
  const begun = performance.now();
  child.send(life);
  while (!isOver(performance.now() - begun)) await wait(1);
  if (child.exitCode !== null) throw new Error('The twin ended by itself; see what it wrote.');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  dying.abort();
  await consuming;
};

/** Processes that have loaded the twin already, so that the broker is not away for longer than it must be. */
const sparesOf = (): { next: () => Promise<ChildProcess>; close: () => void } => {
  const start = async (): Promise<ChildProcess> => {
    const child = fork(fileURLToPath(new URL('./killsTwin.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--no-warnings'],
    });
    started.add(child);
    child.once('exit', () => started.delete(child));
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('The twin does not load.')));
    await Promise.race([once(child, 'message'), ended]);
    return child;
  };
  const started = new Set<ChildProcess>();
  const prepare = (): Promise<ChildProcess> => {
    const child = start();
    child.catch(() => undefined); // Heard when it is asked for; the last one never is.
    return child;
  };
  let spare = prepare();
  return {
    next: async () => {
      const child = await spare;
      spare = prepare();
      return child;
    },
    close: () => {
      for (const child of started) child.kill('SIGKILL');
    },
  };
};

const sum = (devices: readonly Device[], count: (device: Device) => number): number =>
  devices.reduce((total, device) => total + count(device), 0);

const compare = (
  devices: readonly Device[],
  counts: ReadonlyMap<string, number>,
): Pick<KillsResult, 'published' | 'acknowledged' | 'lost' | 'duplicates'> => ({
  published: sum(devices, ({ published }) => published()),
  acknowledged: sum(devices, ({ acknowledged }) => acknowledged.size),
  lost: sum(
    devices,
    ({ acknowledged }) => [...acknowledged].filter((payload) => !counts.has(payload)).length,
  ),
  duplicates: [...counts.values()].filter((count) => count > 1).length,
});
