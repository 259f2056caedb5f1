import { setTimeout as wait } from 'node:timers/promises';
import type { Book } from '../ledger/book.ts';
import type { Control } from './control.ts';
import type { Fleets } from './fleets.ts';
import type { RunningViewer } from './openViewer.ts';
import type { Phase, Step } from './scenario.ts';

/** What a phase acts upon. */
export type Stage = {
  readonly fleets: Fleets;
  readonly viewers: readonly RunningViewer[];
  readonly book: Pick<Book, 'write'>;
  readonly control: Control | undefined;
};

const act = async ({ fleets, viewers }: Stage, step: Step): Promise<void> => {
  switch (step.what) {
    case 'start':
      await Promise.all(step.fleets.map(fleets.start));
      return;
    case 'stop':
      await Promise.all(step.fleets.map(fleets.stop));
      return;
    default:
      for (const viewer of viewers) if (step.viewers.includes(viewer.name)) viewer[step.what]();
  }
};

/** Switches the phase's faults on; what is returned switches them off, and writes down how often they came. */
const fault = async (
  { control, book }: Stage,
  { faults }: Phase,
  period: number,
): Promise<() => Promise<void>> => {
  if (control === undefined || faults.length === 0) return async () => undefined;
  const at = Date.now();
  const before = await control.injected();
  for (const { kind, setting } of faults) await control.setFault(kind, setting);
  return async () => {
    for (const { kind } of faults) await control.clearFaults(kind);
    const after = await control.injected();
    for (const { kind, setting } of faults) {
      const injected = (after[kind] ?? 0) - (before[kind] ?? 0);
      book.write('faulted', { at, injected, period, kind, setting });
    }
  };
};

/** Plays one phase, from its beginning to its end or to `signal`. Then nothing of it is in effect any more. */
export const playPhase = async (
  stage: Stage,
  phase: Phase,
  period: number,
  signal: AbortSignal,
): Promise<void> => {
  const begun = performance.now();
  const until = (ms: number): Promise<unknown> =>
    wait(Math.max(0, ms - (performance.now() - begun)), undefined, { signal }).catch(() => undefined);
  const lifts = phase.behaviours.map(({ fleets, behaviour }) => stage.fleets.apply(fleets, behaviour));
  const heal = await fault(stage, phase, period);
  const failures: unknown[] = [];
  const acts: Promise<unknown>[] = [];
  for (const step of phase.steps) {
    await until(step.atMs);
    // Not awaited here: what takes long must not hold up the next step.
    if (!signal.aborted) acts.push(act(stage, step).catch((error: unknown) => failures.push(error)));
  }
  await until(phase.ms);
  for (const lift of lifts) lift();
  await heal();
  await Promise.all(acts);
  if (failures.length > 0) throw failures[0];
};
