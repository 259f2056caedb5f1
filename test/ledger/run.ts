import { setTimeout as wait } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { scaledClock } from '../../infra/twin/clock.ts';
import { createFaults, type FaultKind } from '../../infra/twin/faults/faults.ts';
import { redrive } from '../../ingest/aws/redrive.ts';
import { startForTest } from '../local.ts';
import { openBook, readBook, type Book } from '../../devices/ledger/book.ts';
import { check } from '../../devices/ledger/check.ts';
import { createCongestion } from './congestion.ts';
import { crashMidFanOut, longestMs, mostPostsIn } from './crashes.ts';
import { startDevice, type RunningDevice } from './device.ts';
import type { Scene } from '../../devices/ledger/entries.ts';
import { generators } from './generators.ts';
import { periods, runNemesis, type Period } from './nemesis.ts';
import { sceneOf } from './scene.ts';
import type { Verdict } from '../../devices/ledger/verdict.ts';
import { openViewer } from './viewer.ts';
import { witnessTo } from './witness.ts';

export type Run = {
  readonly ingest: 'direct' | 'queue';
  readonly seed: number;
  /** How many of each, and readings a second and device. */
  readonly devices: number;
  readonly viewers: number;
  readonly rate: number;
  /** What may go wrong, and for how long, ms. */
  readonly kinds: readonly FaultKind[];
  readonly forMs: number;
  /** Instead of drawn ones: these, one after the other. */
  readonly periods?: readonly Period[];
  /** Instead of that: so many crashes in the middle of a fan-out. */
  readonly crashes?: number;
  /** For how long to wait for what is still under way at the end, ms. */
  readonly drainMs?: number;
  /** Where the files go: a folder that does not exist yet. */
  readonly folder: string;
  readonly progress?: (stage: Stage, done: number, total: number) => void;
};
export type Stage = 'faults' | 'crashes' | 'drain';

export type Outcome = {
  readonly verdict: Verdict;
  readonly injected: Readonly<Partial<Record<string, number>>>;
  /** Crashes in the middle of a fan-out, where they were asked for. */
  readonly crashed: number;
  /** Whether everything came to rest before patience ended. */
  readonly settled: boolean;
  /** Messages that ran out of retries, and were put back. */
  readonly redriven: number;
  readonly stillFailed: number;
  /** Readings that devices did not publish when they were due: this machine, or the broker, was behind. */
  readonly heldBack: number;
  readonly seconds: number;
  /** What the twin had to say. */
  readonly reported: readonly string[];
};

/** An asynchronous event that failed is tried again 1 and 2 minutes later; so many times sooner here. */
export const retrySpeed = 20;
/** A queue's message that failed is visible again after 60 s; of five times, all but the last are waited for. */
const patienceMs = 250_000;
const lookEveryMs = 1_000;
/** Judging takes at most a fifth of the time. */
const lookSlower = 4;

type Twin = Awaited<ReturnType<typeof startForTest>>;

/**
 * What is wrong only as long as it is still under way. A reading that its viewer had from the history may be posted
 * afterwards still: what an edge was too busy for waits for its turn.
 */
const isUnderWay = ({ findings }: Verdict): boolean =>
  findings.some(
    ({ category, hop }) =>
      category === 'lost' || category === 'unacknowledged' || (category === 'unrecorded' && hop === 'posted'),
  );

/**
 * Waits until every reading is acknowledged and every pair is handled, or until no more can be expected: then it is not
 * `settled`. Failures are put back meanwhile.
 */
const drain = async (
  twin: Twin,
  book: Book,
  devices: readonly RunningDevice[],
  { progress, drainMs = patienceMs }: Run,
): Promise<{ redriven: number; settled: boolean }> => {
  let redriven = 0;
  let lookedMs = 0;
  for (const begun = performance.now(); performance.now() - begun < drainMs;) {
    progress?.('drain', Math.min(drainMs, performance.now() - begun), drainMs);
    // Whoever judges a large book is in the way of the twin, which is in the same process.
    await wait(Math.max(lookEveryMs, lookSlower * lookedMs));
    if (devices.some((device) => device.inFlight() > 0)) continue;
    redriven += await redriveAll(twin);
    const looking = performance.now();
    const isOver = !isUnderWay(check(book.soFar));
    lookedMs = performance.now() - looking;
    if (isOver) return { redriven, settled: true };
  }
  return { redriven, settled: false };
};

/** Puts what ran out of retries back, as `npm run redrive` does; how many that were. */
const redriveAll = async ({ outputs, failures }: Twin): Promise<number> => {
  if (failures().length === 0) return 0;
  const { FailuresQueueUrl: from = '', IngestQueueUrl: ingest = '', LaterQueueUrl: later = '' } = outputs;
  const credentials = { accessKeyId: 'ledger', secretAccessKey: 'ledger' };
  const sqs = new SQSClient({ endpoint: new URL(from).origin, region: 'us-east-1', credentials });
  const redriven = await redrive({ sqs, queues: { from, ingest, later } })();
  sqs.destroy();
  return redriven.readings + redriven.later;
};

/** What happens between the start and the drain. */
const trouble = async (
  run: Run,
  scene: Scene,
  tools: Parameters<typeof crashMidFanOut>[0],
): Promise<{ crashed: number }> => {
  const { crashes, kinds, forMs, progress } = run;
  if (crashes === undefined) {
    const plan = run.periods ?? periods(kinds, tools.below);
    await runNemesis(tools, plan, forMs, (elapsed) => progress?.('faults', elapsed, forMs));
    return { crashed: 0 };
  }
  const asked = { crashes, mostPosts: mostPostsIn(scene), mostMs: longestMs(crashes) };
  return { crashed: await crashMidFanOut(tools, asked, (done) => progress?.('crashes', done, crashes)) };
};

/** Runs devices, viewers and the twin with what goes wrong, lets everything come to rest, and judges what was written down. */
export const runLedger = async (run: Run): Promise<Outcome> => {
  const { ingest, seed, rate, folder } = run;
  const begun = performance.now();
  const scene = sceneOf(run);
  const book = openBook(folder, scene);
  const congestion = createCongestion(scene);
  const belowOf = generators(seed);
  const faults = createFaults({ seed, clock: scaledClock() });
  const twin = await startForTest({
    settings: { ingest },
    faults,
    witness: witnessTo(book, congestion),
    retrySpeed,
  });
  const running: { close: () => unknown }[] = [twin];
  try {
    const viewers = scene.viewers.map((viewer) =>
      openViewer({ local: twin, book, scene, below: belowOf(viewer.viewer) }, viewer),
    );
    running.unshift(...viewers);
    await Promise.all(viewers.map(({ live }) => live));
    const starting = scene.devices.map((device) =>
      startDevice({ mqttUrl: twin.mqttUrl, book, congestion, below: belowOf(device.deviceId) }, device, rate),
    );
    const devices = await Promise.all(starting);
    running.unshift(...devices);

    const rebooting = setTimeout(() => devices[0]?.reboot(), run.forMs / 2);
    const { crashed } = await trouble(run, scene, { faults, book, below: belowOf('faults') });
    clearTimeout(rebooting);
    faults.clear();
    for (const viewer of viewers) viewer.calmDown();
    await Promise.all(devices.map((device) => device.stop()));
    const { redriven } = await drain(twin, book, devices, run);
    // A hole at the end shows only behind a reading that comes.
    for (const device of devices) device.publishOne();
    const end = await drain(twin, book, devices, run);
    const stillFailed = twin.failures().length;
    for (const part of running.splice(0)) await part.close();
    book.close();
    return {
      verdict: check(readBook(folder)),
      injected: faults.injected(),
      crashed,
      settled: end.settled,
      redriven: redriven + end.redriven,
      stillFailed,
      heldBack: devices.reduce((sum, device) => sum + device.heldBack(), 0),
      seconds: Math.round((performance.now() - begun) / 1_000),
      reported: [...new Set(twin.reported)],
    };
  } finally {
    for (const part of running) await part.close();
  }
};
