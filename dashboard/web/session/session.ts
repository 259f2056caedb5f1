import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import {
  TelemetryClient,
  type ClientState,
  type Frame,
  type Gap,
  type Note,
  type SensorUpdate,
  type Update,
} from '../../../fanout/client/telemetryClient.ts';
import type { ServedConfig } from '../../config.ts';
import type { Store } from '../fleet/store.ts';
import { shows, withWatch, type View } from '../view/view.ts';
import { setView, view } from '../view/viewSignal.ts';
import { guessServerTime, serverNow, setServerClock } from './clock.ts';
import { Latency, hops, type Hop, type Quantiles } from './latency.ts';
import { countingWebSocket } from './countingWebSocket.ts';
import { fetchToken, loadConfig } from './settings.ts';
import { Traffic, type Flow } from './traffic.ts';
import { watchingOf, type Watched, type Watching } from './watching.ts';

/** What is known of the connection and of how readings come, for whoever shows it. */
export type Session = {
  readonly state: ReadonlySignal<ClientState>;
  /** When the next attempt to connect follows, epoch ms by this browser's clock, and how many failed before it. */
  readonly retry: ReadonlySignal<{ at: number; failures: number } | undefined>;
  /** What went wrong last, while it is not put right. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Undefined until this page's own server answered. */
  readonly config: ReadonlySignal<ServedConfig | undefined>;
  readonly client: ReadonlySignal<TelemetryClient | undefined>;
  readonly watched: ReadonlySignal<readonly Watched[]>;
  /** Over the last minute; a hop is absent where nothing came. Moves once a second. */
  readonly latency: ReadonlySignal<Partial<Record<Hop, Quantiles>>>;
  /** Of everything, over the last 10 s. Moves once a second. */
  readonly flow: ReadonlySignal<Flow>;
  /** Readings that were replayed since the connection came back; undefined while nothing is being caught up with. */
  readonly caughtUp: ReadonlySignal<number | undefined>;
  readonly counts: ReadonlySignal<Counts>;
  /** The newest last; at most 200. */
  readonly notes: ReadonlySignal<readonly Note[]>;
  readonly retryWatch: (key: string) => void;
  readonly connectNow: () => void;
  /** How late readings may come though their device is well, where they come for these subscriptions, ms. */
  readonly heldBackMs: Watching['heldBackMs'];
  readonly attend: Watching['attend'];
};

/** Since the page was opened. */
export type Counts = {
  readonly readings: number;
  readonly late: number;
  /** Readings that did not come by themselves, and those among them that the history brought afterwards. */
  readonly missing: number;
  readonly filled: number;
  /** Times that what was missed could not be had. */
  readonly unrecovered: number;
};

const keptNotes = 200;
const clockReadings = 4;
const clockEveryMs = 5 * 60_000;

/** A newcomer, who has chosen nothing, sees the first region move. */
const firstView = (current: View, { suggestions }: ServedConfig): View => {
  const [region] = suggestions?.regions ?? [];
  const choseNothing = current.watches.length === 0 && location.search === '';
  return choseNothing && region !== undefined ? withWatch(current, { to: { region } }) : current;
};

const updatesOf = (frame: Frame): readonly SensorUpdate[] => {
  if (frame.type === 'sensor_update') return [frame];
  return frame.type === 'sensor_batch' ? frame.updates : [];
};

const sizeOf = ({ from, to }: Gap): number => to - from + 1;

/** Connects, and keeps the store and the subscriptions in step with the view. */
export const startSession = (store: Store): Session => {
  const state = signal<ClientState>('connecting');
  const retry = signal<{ at: number; failures: number } | undefined>();
  const problem = signal<string | undefined>();
  const config = signal<ServedConfig | undefined>();
  const client = signal<TelemetryClient | undefined>();
  const watching = signal<Watching | undefined>();
  const latency = signal<Partial<Record<Hop, Quantiles>>>({});
  const flow = signal<Flow>({ frames: 0, updates: 0, folded: 0, bytes: 0 });
  const caughtUp = signal<number | undefined>();
  const notes = signal<readonly Note[]>([]);
  const counts = signal<Counts>({ readings: 0, late: 0, missing: 0, filled: 0, unrecovered: 0 });
  const counted = { readings: 0, late: 0, missing: 0, filled: 0, unrecovered: 0 };
  const traffic = new Traffic();
  const durations: Record<Hop, Latency> = {
    device: new Latency(),
    filter: new Latency(),
    browser: new Latency(),
  };

  const measure = (update: SensorUpdate, arrived: number): void => {
    if (update.folded !== undefined) return; // Held back on purpose.
    if (update.ts !== update.receivedAt) durations.device.add(update.receivedAt - update.ts, arrived);
    durations.filter.add(update.sentAt - update.receivedAt, arrived);
    durations.browser.add(arrived - update.sentAt, arrived);
  };

  /** @param bytes of the message that brought it. */
  const takeFrame = (frame: Frame, bytes: number): void => {
    if (frame.type === 'welcome') guessServerTime(frame.serverTime);
    const updates = updatesOf(frame);
    if (updates.length === 0) return;
    const arrived = serverNow();
    watching.peek()?.count(updates, bytes);
    const folded = updates.reduce((sum, update) => sum + (update.folded?.count ?? 1) - 1, 0);
    traffic.add({ frames: 1, updates: updates.length, folded, bytes }, arrived);
    // What was caught up with is older than its way.
    if (state.peek() === 'live') for (const update of updates) measure(update, arrived);
  };

  const add = (update: Update): void => {
    counted.readings += update.folded?.count ?? 1;
    if (update.late) counted.late += 1;
    if (update.source === 'replay' && caughtUp.peek() !== undefined)
      caughtUp.value = (caughtUp.peek() ?? 0) + 1;
    // An update may still be on its way when its target is watched no more.
    if (isShown(view.peek(), update)) store.add(update);
  };

  const isShown = (current: View, update: SensorUpdate): boolean =>
    shows(current, update) || current.open === update.deviceId;

  const readClock = async (of: TelemetryClient): Promise<void> => {
    const readings = [];
    for (let n = 0; n < clockReadings; n += 1) {
      const reading = await of.readClock();
      if (reading.ok) readings.push(reading);
    }
    setServerClock(readings);
  };

  const enter = (now: ClientState, of: TelemetryClient): void => {
    batch(() => {
      state.value = now;
      if (now === 'catching-up') caughtUp.value = 0;
      if (now === 'live' || now === 'catching-up') retry.value = undefined;
      if (now !== 'live') return;
      caughtUp.value = undefined;
      problem.value = undefined;
    });
    if (now === 'live') void readClock(of);
  };

  const connect = (served: ServedConfig): void => {
    const counting = countingWebSocket();
    const made = new TelemetryClient({
      url: served.webSocketUrl,
      token: () => fetchToken(served),
      client: 'dashboard',
      WebSocket: counting.WebSocket,
    });
    made.on('state', (now) => enter(now, made));
    made.on('retry', ({ inMs, failures }) => (retry.value = { at: Date.now() + inMs, failures }));
    made.on('error', (error) => error.id ?? (problem.value = error.message));
    made.on('frame', (frame) => takeFrame(frame, counting.lastBytes()));
    made.on('update', add);
    // A target that is watched again brings devices whose newest reading was handed out before.
    made.on('snapshot', ({ updates }) =>
      updates.forEach((update) => isShown(view.peek(), update) && store.add(update)),
    );
    made.on('status', store.setStatus);
    made.on('note', (note) => (notes.value = [...notes.value, note].slice(-keptNotes)));
    made.on('gap', (gap) => (counted.missing += sizeOf(gap)));
    made.on('gapFilled', ({ readings }) => (counted.filled += readings));
    made.on('resumed', ({ recovered }) => (counted.unrecovered += recovered ? 0 : 1));
    setInterval(() => state.peek() === 'live' && void readClock(made), clockEveryMs);

    const followed = watchingOf(made, serverNow);
    watching.value = followed;
    client.value = made;
    effect(() => {
      const { watches, open } = view.value;
      followed.follow(watches, open === undefined ? [] : [open]);
      store.keep((update) => isShown(view.value, update));
    });
    addEventListener('online', () => made.connectNow());
  };

  const start = async (): Promise<void> => {
    try {
      config.value = await loadConfig();
    } catch {
      state.value = 'offline';
      problem.value =
        'This page cannot reach its own server. Start it again (npm start); this page tries by itself.';
      setTimeout(() => void start(), 3_000);
      return;
    }
    setView(firstView(view.value, config.value));
    connect(config.value);
  };

  setInterval(() => {
    const now = serverNow();
    batch(() => {
      counts.value = { ...counted };
      flow.value = traffic.read(now);
      latency.value = Object.fromEntries(
        hops.flatMap((hop) => {
          const quantiles = durations[hop].read(now);
          return quantiles === undefined ? [] : [[hop, quantiles]];
        }),
      );
      watching.peek()?.refresh();
    });
  }, 1_000);

  void start();
  return {
    state,
    retry,
    problem,
    config,
    client,
    watched: computed(() => watching.value?.watched.value ?? []),
    latency,
    flow,
    caughtUp,
    counts,
    notes,
    retryWatch: (key) => watching.peek()?.retry(key),
    connectNow: () => client.peek()?.connectNow(),
    // Where the pipeline is behind, a device is not silent because of that.
    heldBackMs: (subscriptions) =>
      (watching.peek()?.heldBackMs(subscriptions) ?? 0) + (latency.peek().filter?.p50 ?? 0),
    attend: (sightOf) => watching.peek()?.attend(sightOf),
  };
};
