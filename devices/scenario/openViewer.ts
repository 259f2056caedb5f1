import type { Viewer } from '../ledger/entries.ts';
import { recordViewer, type Recording } from '../ledger/recordViewer.ts';
import { seedOf, unitAt } from '../models/noise.ts';
import type { ViewerSpec } from './scenario.ts';
import { sleepyClock } from './sleepyClock.ts';
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

/** Tokens of which each is kept until it has expired, as by a page that does not think of it. */
const staleTokens = (sign: (expiresIn: string) => Promise<string>, lastsMs: number) => {
  let token: Promise<string> | undefined;
  let expiresAt = 0;
  let isOver = false;
  return {
    next: (): Promise<string> => {
      if (isOver) return sign('12h');
      if (token === undefined || Date.now() >= expiresAt) {
        token = sign(`${Math.ceil(lastsMs / 1_000)}s`);
        expiresAt = Date.now() + Math.ceil(lastsMs / 1_000) * 1_000;
      }
      return token;
    },
    end: () => (isOver = true),
  };
};

/** Calls `begin`, and `end` so much later, at a seeded moment of every `everyMs`; returns what stops it. */
const spells = (
  seed: number,
  { forMs, everyMs }: { readonly forMs: number; readonly everyMs: number },
  begin: () => void,
  end: () => void,
): (() => void) => {
  const timers = new Set<NodeJS.Timeout>();
  const at = (ms: number, action: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
  };
  const round = (n: number): void => {
    const offset = unitAt(seed, n) * (everyMs - forMs);
    at(offset, begin);
    at(offset + forMs, end);
    at(everyMs, () => round(n + 1));
  };
  round(0);
  return () => timers.forEach((timer) => clearTimeout(timer));
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
  const own = seedOf(`${seed}/${name}`);
  const stop = ((): (() => void) => {
    switch (habit.kind) {
      case 'slow-reader':
        return spells(own, habit, sockets.pause, sockets.resume);
      case 'flapping-network':
        return spells(own, { ...habit, forMs: 0 }, cut, () => undefined);
      case 'sleeping-laptop': {
        const { forMs, everyMs } = habit;
        return forMs === undefined || everyMs === undefined
          ? () => undefined
          : spells(own, { forMs, everyMs }, sleep, wake);
      }
      default:
        return () => undefined;
    }
  })();
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
      if (!isAsleep) sockets.resume();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      stop();
      recorded.close();
    },
  };
};
