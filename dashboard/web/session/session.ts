import { batch, computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import {
  TelemetryClient,
  type ClientState,
  type Note,
  type SensorUpdate,
  type Update,
} from '../../../fanout/client/telemetryClient.ts';
import { covers, newHeld, type Held } from '../../../fanout/client/held.ts';
import type { ServedConfig } from '../../config.ts';
import type { Store } from '../fleet/store.ts';
import { unread } from '../notes/unread.ts';
import { withWatch, type View, type Watch } from '../view/view.ts';
import type { Answer } from '../signIn/answer.ts';
import { startSignIn, type SignIn } from '../signIn/signIn.ts';
import { openDevice, setView, urlOf, view, watches } from '../view/viewSignal.ts';
import { guessServerTime, keepServerClock, serverNow } from './clock.ts';
import { countingWebSocket } from './countingWebSocket.ts';
import { createMeters, updatesOf, type Meters } from './meters.ts';
import { fetchDevelopmentToken, loadConfig } from './settings.ts';
import { watchingOf, type Watched, type Watching } from './watching.ts';

/** What is known of the connection and of how readings come, for whoever shows it. */
export type Session = Pick<Meters, 'latency' | 'flow' | 'counts'> & {
  readonly state: ReadonlySignal<ClientState>;
  /** Whether the server is heard at all. */
  readonly isConnected: ReadonlySignal<boolean>;
  /** When the next attempt to connect follows, epoch ms by this browser's clock, and how many failed before it. */
  readonly retry: ReadonlySignal<{ at: number; failures: number } | undefined>;
  /** What went wrong last, while it is not put right. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Undefined until this page's own server answered. */
  readonly config: ReadonlySignal<ServedConfig | undefined>;
  /** Undefined where people need not sign in. */
  readonly signIn: ReadonlySignal<SignIn | undefined>;
  readonly client: ReadonlySignal<TelemetryClient | undefined>;
  readonly watched: ReadonlySignal<readonly Watched[]>;
  /** Readings that were replayed since the connection came back; undefined while nothing is being caught up with. */
  readonly caughtUp: ReadonlySignal<number | undefined>;
  /** The newest last; at most 200. */
  readonly notes: ReadonlySignal<readonly Note[]>;
  /** How many of them nobody has looked at. */
  readonly unreadNotes: ReadonlySignal<number>;
  readonly retryWatch: (key: string) => void;
  readonly connectNow: () => void;
  /** How late readings may come though their device is well, where they come for these subscriptions, ms. */
  readonly heldBackMs: Watching['heldBackMs'];
  readonly attend: Watching['attend'];
};

const mostOffered = 12;
const keptNotes = 200;
const configAgainMs = 3_000;

/** A newcomer, who has chosen nothing, sees all regions that are offered, unless these are very many. */
const firstView = (current: View, { suggestions }: ServedConfig): View => {
  if (current.watches.length > 0 || current.panel !== undefined || current.open !== undefined) return current;
  const regions = suggestions?.regions ?? [];
  return regions
    .slice(0, mostOffered)
    .reduce<View>((so, region) => withWatch(so, { to: { region } }), current);
};

/** Watches as what tells which updates are theirs. */
const asked = new WeakMap<Watch, Held>();

const isOf = (watch: Watch, update: SensorUpdate): boolean => {
  const held =
    asked.get(watch) ?? newHeld('', watch.to, watch.where === undefined ? {} : { where: watch.where });
  asked.set(watch, held);
  return covers(held, update);
};

const isShown = ({ open, watches: all }: View, update: SensorUpdate): boolean =>
  open === update.deviceId || all.some((watch) => isOf(watch, update));

/** Connects, and keeps the store and the subscriptions in step with the view. `answer`: how somebody came back from signing in. */
export const startSession = (store: Store, answer: Answer | undefined): Session => {
  const state = signal<ClientState>('connecting');
  const retry = signal<{ at: number; failures: number } | undefined>();
  const problem = signal<string | undefined>();
  const config = signal<ServedConfig | undefined>();
  const signIn = signal<SignIn | undefined>();
  const client = signal<TelemetryClient | undefined>();
  const watching = signal<Watching | undefined>();
  const caughtUp = signal<number | undefined>();
  const notes = signal<readonly Note[]>([]);
  const meters = createMeters();

  const isConnected = computed(() => state.value === 'live' || state.value === 'catching-up');
  let lostAt = Infinity;
  effect(() => {
    lostAt = isConnected.value ? Infinity : Math.min(lostAt, Date.now());
  });
  /** For how long nothing has been heard of anybody, ms. */
  const unheardMs = (): number => Math.max(0, Date.now() - lostAt);

  const enter = (now: ClientState): void =>
    batch(() => {
      state.value = now;
      caughtUp.value = now === 'catching-up' ? 0 : undefined;
      if (now === 'live' || now === 'catching-up') retry.value = undefined;
      if (now === 'live') problem.value = undefined;
    });

  const add = (update: Update): void => {
    if (update.source === 'replay' && caughtUp.peek() !== undefined)
      caughtUp.value = (caughtUp.peek() ?? 0) + 1;
    // An update may still be on its way when its target is watched no more.
    if (isShown(view.peek(), update)) store.add(update);
  };

  /** Tells the page's parts of what comes. */
  const hear = (made: TelemetryClient, followed: Watching, bytesOf: () => number): void => {
    made.on('state', enter);
    made.on('retry', ({ inMs, failures }) => (retry.value = { at: Date.now() + inMs, failures }));
    // An error with an id is of a subscription, and shown there.
    made.on('error', ({ id, message }) => {
      if (id === undefined && state.peek() !== 'live') problem.value = message;
    });
    made.on('frame', (frame) => {
      if (frame.type === 'welcome') guessServerTime(frame.serverTime);
      const updates = updatesOf(frame);
      if (updates.length > 0) followed.count(updates, bytesOf());
    });
    made.on('update', add);
    // A target that is watched again brings devices whose newest reading was handed out before; others have come already.
    made.on('snapshot', ({ updates }) => {
      for (const update of updates) if (store.get(update.deviceId) === undefined) add(update);
    });
    made.on('status', store.setStatus);
    made.on('note', (note) => (notes.value = [...notes.value, note].slice(-keptNotes)));
    meters.attach(made, bytesOf, followed.isWhole);
  };

  const connect = (served: ServedConfig, token: () => Promise<string>): void => {
    const counting = countingWebSocket();
    const made = new TelemetryClient({
      url: served.webSocketUrl,
      token,
      client: 'dashboard',
      WebSocket: counting.WebSocket,
    });
    const followed = watchingOf(made, serverNow);
    hear(made, followed, counting.lastBytes);
    keepServerClock(made);
    watching.value = followed;
    client.value = made;
    effect(() => {
      followed.follow(watches.value, openDevice.value === undefined ? [] : [openDevice.value]);
      store.keep((update) => isShown(view.peek(), update));
    });
    addEventListener('online', () => made.connectNow());
  };

  /** Connects while somebody is signed in; who is not any more sees nothing any more. */
  const connectSignedIn = (served: ServedConfig, signedIn: SignIn): void => {
    signIn.value = signedIn;
    effect(() => {
      if (signedIn.state.value === 'in') untracked(() => connect(served, signedIn.token));
      else client.peek()?.close();
    });
  };

  let again: ReturnType<typeof setTimeout> | undefined;
  const start = async (): Promise<void> => {
    clearTimeout(again);
    again = undefined;
    try {
      config.value = await loadConfig();
    } catch {
      state.value = 'offline';
      problem.value = 'This page cannot reach its own server. Start it again: npm start.';
      retry.value = { at: Date.now() + configAgainMs, failures: (retry.peek()?.failures ?? 0) + 1 };
      again = setTimeout(() => void start(), configAgainMs);
      return;
    }
    setView(firstView(view.value, config.value));
    const served = config.value;
    if (served.signIn === undefined) connect(served, () => fetchDevelopmentToken(served));
    else
      connectSignedIn(
        served,
        startSignIn({
          config: served.signIn,
          origin: location.origin,
          answer,
          address: () => urlOf(view.peek()),
          leave: (url) => location.assign(url),
        }),
      );
  };

  setInterval(() => {
    meters.tick();
    watching.peek()?.refresh();
  }, 1_000);

  void start();
  return {
    state,
    isConnected,
    retry,
    problem,
    config,
    signIn,
    client,
    watched: computed(() => watching.value?.watched.value ?? []),
    latency: meters.latency,
    flow: meters.flow,
    counts: meters.counts,
    caughtUp,
    notes,
    unreadNotes: unread(
      notes,
      computed(() => view.value.panel === 'notes'),
    ),
    retryWatch: (key) => watching.peek()?.retry(key),
    connectNow: () => {
      client.peek()?.connectNow();
      if (again !== undefined) void start(); // Not even the settings are known.
    },
    // Where the pipeline is behind, or nothing comes at all, a device is not silent because of that.
    heldBackMs: (subscriptions) =>
      (watching.peek()?.heldBackMs(subscriptions) ?? 0) +
      (meters.latency.peek().filter?.p50 ?? 0) +
      unheardMs(),
    attend: (sightOf) => watching.peek()?.attend(sightOf),
  };
};
