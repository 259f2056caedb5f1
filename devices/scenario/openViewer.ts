import type { Viewer } from '../ledger/entries.ts';
import { recordViewer, type Recording } from '../ledger/recordViewer.ts';
import { underSpell } from '../behaviour/spells.ts';
import { wallClock } from '../clock.ts';
import { seedOf } from '../models/noise.ts';
import type { ViewerSpec } from './scenario.ts';
import { sleepyClock } from './sleepyClock.ts';
import { staleTokens } from './staleTokens.ts';
import type { System } from './system.ts';

/** Someone who watches, and what can be done to them. */
export type RunningViewer = {
  readonly name: string;
  /** Resolves once every subscription is live. */
  readonly live: Promise<void>;
  /** Closes the lid: nothing is read, no timer rings. */
  readonly sleep: () => void;
  /** Opens it: the connection is gone, as the network forgot it, and the client finds out. */
  readonly wake: () => void;
  /** Cuts its connection. */
  readonly cut: () => void;
  /** From now on it is as good a viewer as any: awake, reading, with a fresh token. */
  readonly calmDown: () => void;
  readonly close: () => void;
};

/** As the ledger has it. The client calls its subscriptions s1, s2 … in this order. */
export const sceneViewerOf = ({ name, grants, subscriptions }: ViewerSpec): Viewer => ({
  viewer: name,
  grants,
  subscriptions: subscriptions.map(({ to, where, maxRate }, n) => ({
    id: `s${n + 1}`,
    to,
    ...(where === undefined ? {} : { where }),
    ...(maxRate === undefined ? {} : { maxRate }),
  })),
});

/** What a viewer does by its kind, at seeded moments; returns what stops it. */
const keepHabit = (
  habit: ViewerSpec['habit'],
  seed: number,
  {
    sleep,
    wake,
    cut,
    pause,
    resume,
  }: Readonly<Record<'sleep' | 'wake' | 'cut' | 'pause' | 'resume', () => void>>,
): (() => void) => {
  const every = (forMs: number, everyMs: number, begin: () => void, end: () => void): (() => void) =>
    underSpell(wallClock, { seed, spell: { forMs, everyMs } }, () => {
      begin();
      return end;
    });
  switch (habit.kind) {
    case 'slow-reader':
      return every(habit.forMs, habit.everyMs, pause, resume);
    case 'flapping-network':
      return every(0, habit.everyMs, cut, () => undefined);
    case 'sleeping-laptop': {
      const { forMs, everyMs } = habit;
      return forMs === undefined || everyMs === undefined
        ? () => undefined
        : every(forMs, everyMs, sleep, wake);
    }
    default:
      return () => undefined;
  }
};

/** Opens a viewer of its kind, who writes down what comes. */
export const openViewer = (
  {
    system,
    recording,
    seed,
  }: { readonly system: System; readonly recording: Recording; readonly seed: string },
  spec: ViewerSpec,
): RunningViewer => {
  const { name, grants, habit } = spec;
  const clock = sleepyClock();
  const sign = (expiresIn: string): Promise<string> => system.token({ subject: name, grants, expiresIn });
  const stale = habit.kind === 'token-expiry' ? staleTokens(sign, habit.lastsMs) : undefined;
  const recorded = recordViewer(recording, sceneViewerOf(spec), {
    url: system.webSocketUrl,
    token: stale?.next ?? (() => sign('12h')),
    clock,
  });
  const { sockets, cut } = recorded;
  let [isAsleep, isClosed] = [false, false];
  const sleep = (): void => {
    isAsleep = true;
    clock.sleep();
    sockets.pause();
  };
  const wake = (): void => {
    if (!isAsleep) return;
    isAsleep = false;
    cut();
    sockets.resume();
    clock.wake();
  };
  const { pause, resume } = sockets;
  const stop = keepHabit(habit, seedOf(`${seed}/${name}`), { sleep, wake, cut, pause, resume });
  return {
    name,
    live: recorded.live,
    sleep,
    wake,
    cut,
    calmDown: () => {
      stop();
      stale?.end();
      wake();
      sockets.resume();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      stop();
      recorded.close();
    },
  };
};
