import { setTimeout as wait } from 'node:timers/promises';
import { DevicesError } from '../devicesError.ts';
import { openBook, type Book } from '../ledger/book.ts';
import { judge, type Judgement } from '../ledger/check.ts';
import type { Name, Scene } from '../ledger/entries.ts';
import { seedOf } from '../models/noise.ts';
import { wallClock } from '../clock.ts';
import { gate, within } from '../timing.ts';
import { createFleets, devicesOf, type Fleets, type Malformed } from './fleets.ts';
import { openViewer, sceneViewerOf, type RunningViewer } from './openViewer.ts';
import { playPhase, type Stage } from './playPhase.ts';
import type { Scenario } from './scenario.ts';
import { openSystem, type System } from './system.ts';
import { writeSighting } from './witness.ts';

/** When a phase was on, epoch ms. */
export type PhaseTime = { readonly name: string; readonly from: number; readonly to: number };

/** Where a run is. */
export type Moment = {
  readonly phase: string;
  /** From 1; 0 before the first. */
  readonly number: number;
  readonly devices: number;
  readonly connected: number;
  readonly published: number;
  /** Updates handed out to viewers. */
  readonly delivered: number;
  /** Since the first phase began, ms. */
  readonly elapsedMs: number;
  readonly totalMs: number;
};

/** What a run left behind, for whoever judges it. */
export type Played = {
  readonly judgement: Judgement;
  readonly phases: readonly PhaseTime[];
  readonly malformed: readonly Malformed[];
  /** Whether everything came to rest before patience ended. */
  readonly settled: boolean;
  /** Whether it was stopped before its end: then nothing is to be judged by it. */
  readonly isStopped: boolean;
  readonly seconds: number;
};

export type RunOptions = {
  /** Where the ledger's files go: a folder that holds none. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onStage?: (name: string) => void;
  readonly onMoment?: (moment: Moment) => void;
  readonly momentMs?: number;
};

const liveMs = 30_000;
const lookEveryMs = 500;

/** The error for a run that was stopped before its end. */
export const stopped = (): DevicesError =>
  new DevicesError('expectation_failed', 'Stopped before the end of the scenario: nothing was judged.');

/** What is wrong only as long as it is still under way. */
const isUnderWay = ({ findings }: Judgement): boolean =>
  findings.some(({ category }) => ['lost', 'unacknowledged', 'forged', 'unrecorded'].includes(category));

/** Waits until nothing is under way any more, or for so long. */
const rest = async (book: Book, patienceMs: number, signal: AbortSignal): Promise<boolean> => {
  const endsAt = performance.now() + patienceMs;
  do {
    await wait(lookEveryMs);
    if (!isUnderWay(judge(book.soFar))) return true;
  } while (performance.now() < endsAt && !signal.aborted);
  return false;
};

/** Refuses kinds of faults that the system does not know, before anything has begun. */
const checkFaults = async ({ phases }: Scenario, { control }: System): Promise<void> => {
  const kinds = new Set(phases.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  if (kinds.size === 0 || control === undefined) return;
  const known = await control.faultKinds();
  const unknown = [...kinds].find((kind) => !known.includes(kind));
  if (unknown !== undefined)
    throw new DevicesError('bad_file', `There is no fault "${unknown}"; known are ${known.join(', ')}.`);
};

const sceneOf = ({ fleets, viewers, seed }: Scenario, isSeen: boolean): Scene => ({
  devices: fleets
    .flatMap((fleet) => devicesOf(fleet, seed))
    .map(({ id, region, type }) => ({ deviceId: id, region, deviceType: type })),
  viewers: viewers.map(sceneViewerOf),
  ...(isSeen ? {} : { unseen: ['published', 'posted'] }),
});

const waitForAll = async (viewers: readonly RunningViewer[], signal: AbortSignal): Promise<void> => {
  const aborted = gate();
  signal.addEventListener('abort', aborted.open, { once: true });
  for (const { name, live } of viewers) {
    const isLive = await within(wallClock, liveMs, Promise.race([live, aborted.opened]));
    if (signal.aborted) throw stopped();
    if (!isLive)
      throw new DevicesError(
        'system_unreachable',
        `The viewer ${name} did not get its subscriptions within ${liveMs / 1_000} s; may its token see them, and is the WebSocket URL right?`,
      );
  }
};

/** Whether a reading is of this run: on a system that others use, there are more. */
const ownership = (system: System, scene: Scene): ((name: Name) => boolean) => {
  const ids = new Set(scene.devices.map(({ deviceId }) => deviceId));
  const firstBoot = Math.floor(Date.now() / 1_000);
  return system.isOurs ? () => true : ({ deviceId, boot }) => ids.has(deviceId) && boot >= firstBoot;
};

/** Plays the phases one after the other. */
const playAll = async (
  stage: Stage,
  scenario: Scenario,
  { signal, onStage }: RunOptions,
  entered: (n: number, name: string) => void,
  begunAt: number,
): Promise<PhaseTime[]> => {
  const times: PhaseTime[] = [];
  for (const [n, phase] of scenario.phases.entries()) {
    if (signal.aborted) break;
    onStage?.(phase.name);
    entered(n + 1, phase.name);
    const from = n === 0 ? begunAt : Date.now(); // The first begins with the fleets.
    await playPhase(stage, phase, n + 1, signal);
    times.push({ name: phase.name, from, to: Date.now() });
  }
  return times;
};

const finish = async (
  fleets: Fleets,
  viewers: readonly RunningViewer[],
  scenario: Scenario,
  signal: AbortSignal,
) => {
  for (const viewer of viewers) viewer.calmDown();
  await wait(scenario.settleMs, undefined, { signal }).catch(() => undefined); // Stopped: no need to.
  await fleets.stopAll();
};

/**
 * Plays a scenario and judges its ledger. Rejects with a DevicesError: `system_unreachable`, `broker_unreachable`, `bad_file` for a
 * fault that does not exist, `expectation_failed` when it was stopped. Whatever happens, what it started is ended.
 */
export const runScenario = async (scenario: Scenario, options: RunOptions): Promise<Played> => {
  const { signal, folder, onStage, onMoment, momentMs = 250 } = options;
  const endings: (() => unknown)[] = [];
  try {
    onStage?.(scenario.system.kind === 'twin' ? 'starting the twin' : 'connecting');
    const system = await openSystem(scenario.system, { seed: seedOf(scenario.seed), signal });
    endings.push(system.close);
    await checkFaults(scenario, system);

    const early: string[] = [];
    let take = (line: string): void => void early.push(line);
    const stopWitness = await system.control?.witness((line) => take(line));
    endings.push(() => stopWitness?.());
    const scene = sceneOf(scenario, stopWitness !== undefined);
    const book = openBook(folder, scene);
    endings.push(book.close);
    const isOurs = ownership(system, scene);
    take = (line) => writeSighting(book, isOurs, line);
    early.forEach(take);
    const leaveTheTwin = (): void => {
      stopWitness?.();
      take = () => undefined;
    };
    endings.push(leaveTheTwin);

    const recording = { book, scene, isOurs };
    const viewers = scenario.viewers.map((viewer) =>
      openViewer({ system, recording, seed: scenario.seed }, viewer),
    );
    endings.push(() => viewers.forEach((viewer) => viewer.close()));
    await waitForAll(viewers, signal);
    const fleets = createFleets({ broker: system.broker, book, seed: scenario.seed }, scenario.fleets);
    endings.push(fleets.stopAll);

    let [number, phase] = [0, 'starting'];
    const begun = performance.now();
    const totalMs = scenario.phases.reduce((sum, { ms }) => sum + ms, scenario.settleMs);
    const timer = setInterval(
      () =>
        onMoment?.({
          ...{ phase, number, devices: scene.devices.length, connected: fleets.connected() },
          ...{ published: book.soFar.attempted.length, delivered: book.soFar.applied.length },
          ...{ elapsedMs: performance.now() - begun, totalMs },
        }),
      momentMs,
    );
    endings.push(() => clearInterval(timer));
    const enter = (n: number, name: string): void => {
      [number, phase] = [n, name];
    };
    const begunAt = Date.now();
    await Promise.all(scenario.fleets.filter(({ waits }) => !waits).map(({ name }) => fleets.start(name)));
    const stage = { fleets, viewers, book, control: system.control };
    const phases = await playAll(stage, scenario, options, enter, begunAt);
    onStage?.('settling');
    enter(scenario.phases.length, 'settling');
    await finish(fleets, viewers, scenario, signal);
    const settled = await rest(book, scenario.patienceMs, signal);
    for (const viewer of viewers) viewer.close();
    return {
      judgement: judge(book.soFar),
      phases,
      malformed: fleets.malformed,
      settled,
      isStopped: signal.aborted,
      seconds: Math.round((performance.now() - begun) / 1_000),
    };
  } finally {
    // The last one first: who writes ends before what is written to.
    for (const end of endings.reverse()) await end();
  }
};
