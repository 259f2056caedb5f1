import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DevicesError } from '../devicesError.ts';
import { openBook, type Book } from '../ledger/book.ts';
import { judge, type Judgement } from '../ledger/check.ts';
import type { Name, Scene } from '../ledger/entries.ts';
import { seedOf } from '../models/noise.ts';
import { wallClock } from '../clock.ts';
import { gate, within } from '../timing.ts';
import { createFleets, type Fleets } from './fleets.ts';
import type { Happening } from './happenings.ts';
import { loadFleets, type PreparedFleet } from './loadFleets.ts';
import { momentOf, type Moment } from './moment.ts';
import { openViewer, sceneViewerOf, type RunningViewer } from './openViewer.ts';
import { playPhase, type Stage } from './playPhase.ts';
import { restOf } from './restOf.ts';
import type { Scenario } from './scenario.ts';
import { stopped } from './stopped.ts';
import { openSystem, type System } from './system.ts';
import { followWitness } from './witness.ts';

/** When a phase was on, epoch ms. */
export type PhaseTime = { readonly name: string; readonly from: number; readonly to: number };

/** What a run left behind, for whoever judges it. */
export type Played = {
  readonly judgement: Judgement;
  /** Names of fleets by the ids of their devices. */
  readonly fleets: ReadonlyMap<string, string>;
  readonly phases: readonly PhaseTime[];
  readonly happenings: readonly Happening[];
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

/** Takes what ends something that was begun. */
type Later = (end: () => unknown) => void;

/** All that a run has, once everybody is ready. */
type Cast = {
  readonly system: System;
  readonly book: Book;
  readonly viewers: readonly RunningViewer[];
  readonly prepared: readonly PreparedFleet[];
  readonly fleets: Fleets;
  /** Throws what went wrong with the twin's witness. */
  readonly checkWitness: () => void;
};

const liveMs = 30_000;

/** Refuses kinds of faults that the system does not know, before anything has begun. */
const checkFaults = async ({ phases }: Scenario, { control }: System): Promise<void> => {
  const kinds = new Set(phases.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  if (kinds.size === 0 || control === undefined) return;
  const known = await control.faultKinds();
  const unknown = [...kinds].find((kind) => !known.includes(kind));
  if (unknown !== undefined)
    throw new DevicesError('bad_file', `There is no fault "${unknown}"; known are ${known.join(', ')}.`);
};

const sceneOf = ({ viewers }: Scenario, prepared: readonly PreparedFleet[], isSeen: boolean): Scene => ({
  devices: prepared
    .flatMap(({ fleet }) => fleet)
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

const prepareFleets = async (
  system: System,
  scenario: Scenario,
  signal: AbortSignal,
  later: Later,
): Promise<readonly PreparedFleet[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-fleets-'));
  later(() => rm(folder, { recursive: true, force: true }));
  return loadFleets({ system, folder, signal }, scenario);
};

/** Starts or finds the system, makes the devices, and has every viewer watch. */
const assemble = async (scenario: Scenario, options: RunOptions, later: Later): Promise<Cast> => {
  const { signal, folder, onStage } = options;
  const { seed } = scenario;
  onStage?.(scenario.system.kind === 'twin' ? 'starting the twin' : 'connecting');
  const system = await openSystem(scenario.system, { seed: seedOf(seed), signal });
  later(system.close);
  await checkFaults(scenario, system);
  if (scenario.fleets.some(({ certificates }) => certificates)) onStage?.('making certificates');
  const prepared = await prepareFleets(system, scenario, signal, later);
  const witness = await followWitness(system.control);
  later(witness.stop);
  const scene = sceneOf(scenario, prepared, witness.isThere);
  const book = openBook(folder, scene);
  later(book.close);
  const isOurs = ownership(system, scene);
  witness.writeTo(book, isOurs);
  later(witness.stop); // Again, as it must end before the book.
  const watch = { system, recording: { book, scene, isOurs }, seed };
  const viewers = scenario.viewers.map((viewer) => openViewer(watch, viewer));
  later(() => viewers.forEach((viewer) => viewer.close()));
  await waitForAll(viewers, signal);
  const fleets = createFleets({ book, seed }, prepared);
  later(fleets.stopAll);
  return { system, book, viewers, prepared, fleets, checkWitness: witness.check };
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

/** Heals everything, lets devices go on for a while, and stops them. */
const settle = async ({ viewers, fleets }: Cast, { settleMs }: Scenario, signal: AbortSignal) => {
  for (const viewer of viewers) viewer.calmDown();
  await wait(settleMs, undefined, { signal }).catch(() => undefined); // Stopped: no need to.
  await fleets.stopAll();
};

/** The story itself, from the first fleet's start to the last one's end. */
const perform = async (
  cast: Cast,
  scenario: Scenario,
  options: RunOptions,
  later: Later,
): Promise<PhaseTime[]> => {
  const { onStage, onMoment, momentMs = 250, signal } = options;
  const { fleets, viewers, book, system } = cast;
  let [number, phase, begun] = [0, 'starting', performance.now()];
  const enter = (n: number, name: string): void => {
    [number, phase] = [n, name];
  };
  const totalMs = scenario.phases.reduce((sum, { ms }) => sum + ms, scenario.settleMs);
  const tell = (): void =>
    onMoment?.(
      momentOf(fleets.counts(), book, { phase, number, totalMs, elapsedMs: performance.now() - begun }),
    );
  const timer = setInterval(tell, momentMs);
  later(() => clearInterval(timer));
  const begunAt = Date.now();
  begun = performance.now();
  await Promise.all(scenario.fleets.filter(({ waits }) => !waits).map(({ name }) => fleets.start(name)));
  const stage = { fleets, viewers, book, control: system.control };
  const phases = await playAll(stage, scenario, options, enter, begunAt);
  onStage?.('settling');
  enter(scenario.phases.length, 'settling');
  await settle(cast, scenario, signal);
  return phases;
};

/**
 * Plays a scenario and judges its ledger. Rejects with a DevicesError: `system_unreachable`, `broker_unreachable`, `bad_file` for a
 * fault that does not exist or a fleet's file, `expectation_failed` when it was stopped. Whatever happens, what it started
 * is ended.
 */
export const runScenario = async (scenario: Scenario, options: RunOptions): Promise<Played> => {
  const { signal } = options;
  const endings: (() => unknown)[] = [];
  const later: Later = (end) => void endings.push(end);
  try {
    const cast = await assemble(scenario, options, later);
    const { book, viewers, fleets, prepared } = cast;
    const begun = performance.now();
    const phases = await perform(cast, scenario, options, later);
    const settled = await restOf(book, scenario.patienceMs, signal);
    for (const viewer of viewers) viewer.close();
    cast.checkWitness();
    return {
      judgement: judge(book.soFar),
      fleets: new Map(prepared.flatMap(({ spec, fleet }) => fleet.map(({ id }) => [id, spec.name] as const))),
      phases,
      happenings: fleets.happenings,
      settled,
      isStopped: signal.aborted,
      seconds: Math.round((performance.now() - begun) / 1_000),
    };
  } finally {
    // The last one first: who writes ends before what is written to.
    for (const end of endings.reverse()) await end();
  }
};
