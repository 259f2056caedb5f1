import { signal, type ReadonlySignal } from '@preact/signals';
import {
  partsOf,
  type ClientError,
  type SensorUpdate,
  type Subscription,
  type TelemetryClient,
} from '../../../fanout/client/telemetryClient.ts';
import { keyOf, type Watch } from '../view/view.ts';
import { attentiveRate, type Sight } from './attention.ts';
import { Traffic, type Flow } from './traffic.ts';

/** A watch, and what comes of it. */
export type Watched = {
  readonly key: string;
  readonly watch: Watch;
  /** Somebody's choice, or only there while a device is open. */
  readonly isChosen: boolean;
  readonly status: 'asking' | 'catching-up' | 'live' | 'refused';
  readonly error?: ClientError;
  /** What is asked for now: its own `maxRate`, or less while nobody looks. */
  readonly rate: number | undefined;
  readonly flow: Flow;
};

export type Watching = {
  /** Anew when something about one changes, and once a second. */
  readonly watched: ReadonlySignal<readonly Watched[]>;
  /** Makes the client's subscriptions those of `chosen`, and one to each of `focused`, whole. */
  readonly follow: (chosen: readonly Watch[], focused: readonly string[]) => void;
  /** Has the rates follow what can be seen. */
  readonly attend: (sightOf: (watch: Watch) => { sight: Sight; devices: number }) => void;
  /** Asks again for what was refused. */
  readonly retry: (key: string) => void;
  /** A frame came, of so many bytes, with these updates. */
  readonly count: (updates: readonly SensorUpdate[], bytes: number) => void;
  /** How long readings may be held back on purpose where they come for these subscriptions, ms. */
  readonly heldBackMs: (subscriptions: readonly string[]) => number;
  readonly refresh: () => void;
};

type Entry = {
  readonly key: string;
  readonly watch: Watch;
  isChosen: boolean;
  isEnded: boolean;
  subscription?: Subscription;
  error?: ClientError;
  rate: number | undefined;
  isChanging: boolean;
  readonly traffic: Traffic;
};

const isOf = ({ to }: Watch, { deviceId, region, deviceType }: SensorUpdate): boolean => {
  const [kind, name] = partsOf(to);
  return name === (kind === 'device' ? deviceId : kind === 'region' ? region : deviceType);
};

const statusOf = ({ error, subscription }: Entry): Watched['status'] => {
  if (error !== undefined) return 'refused';
  if (subscription === undefined) return 'asking';
  return subscription.live ? 'live' : 'catching-up';
};

const wishOf = ({ where }: Watch, maxRate: number | undefined) => ({
  ...(where === undefined ? {} : { where }),
  ...(maxRate === undefined ? {} : { maxRate }),
});

/** Keeps the client subscribed to what is watched, and to nothing else, at rates that somebody can follow. */
export const watchingOf = (
  client: Pick<TelemetryClient, 'subscribe' | 'on'>,
  now: () => number,
): Watching => {
  const entries = new Map<string, Entry>();
  const watched = signal<readonly Watched[]>([]);

  const refresh = (): void => {
    const at = now();
    watched.value = [...entries.values()].map((entry) => ({
      key: entry.key,
      watch: entry.watch,
      isChosen: entry.isChosen,
      status: statusOf(entry),
      ...(entry.error === undefined ? {} : { error: entry.error }),
      rate: entry.rate,
      flow: entry.traffic.read(at),
    }));
  };

  const start = async (entry: Entry): Promise<void> => {
    const answer = await client.subscribe(entry.watch.to, wishOf(entry.watch, entry.rate));
    if (answer.ok) {
      entry.subscription = answer.subscription;
      // Taken out while the answer was on its way.
      if (entry.isEnded) await answer.subscription.unsubscribe();
    } else entry.error = answer.error;
    refresh();
  };

  const begin = (watch: Watch, isChosen: boolean): void => {
    const key = keyOf(watch);
    const known = entries.get(key);
    if (known !== undefined) {
      known.isChosen ||= isChosen;
      return;
    }
    const entry: Entry = {
      key,
      watch,
      isChosen,
      isEnded: false,
      rate: watch.maxRate,
      isChanging: false,
      traffic: new Traffic(),
    };
    entries.set(key, entry);
    void start(entry);
  };

  const end = (entry: Entry): void => {
    entry.isEnded = true;
    entries.delete(entry.key);
    void entry.subscription?.unsubscribe();
  };

  const change = async (entry: Entry, rate: number | undefined): Promise<void> => {
    if (entry.subscription === undefined || entry.isChanging || entry.rate === rate) return;
    entry.isChanging = true;
    const answer = await entry.subscription.change(wishOf(entry.watch, rate));
    entry.isChanging = false;
    if (answer.ok) entry.rate = rate;
    refresh();
  };

  const intervalOf = (id: string): number => {
    for (const { subscription, rate } of entries.values())
      if (subscription?.id === id) return rate === undefined ? 0 : 1_000 / rate;
    return Infinity;
  };

  // One that the server takes back later is told as an error with its id.
  client.on('error', (error) => {
    const entry = [...entries.values()].find(({ subscription }) => subscription?.id === error.id);
    if (entry === undefined || error.id === undefined) return;
    entry.error = error;
    refresh();
  });

  return {
    watched,
    refresh,
    follow: (chosen, focused) => {
      const whole = focused.map((device): Watch => ({ to: { device } }));
      const wanted = new Set([...chosen, ...whole].map(keyOf));
      const chosenKeys = new Set(chosen.map(keyOf));
      for (const entry of [...entries.values()]) {
        entry.isChosen = chosenKeys.has(entry.key);
        if (!wanted.has(entry.key)) end(entry);
      }
      for (const watch of chosen) begin(watch, true);
      for (const watch of whole) begin(watch, false);
      refresh();
    },
    attend: (sightOf) => {
      for (const entry of entries.values()) {
        const { sight, devices } = sightOf(entry.watch);
        const { updates, folded } = entry.traffic.read(now());
        const perDevice = (updates + folded) / Math.max(1, devices);
        void change(entry, attentiveRate(sight, perDevice, entry.watch.maxRate));
      }
    },
    retry: (key) => {
      const entry = entries.get(key);
      if (entry?.error === undefined) return;
      entries.delete(key);
      begin(entry.watch, entry.isChosen);
      refresh();
    },
    count: (updates, bytes) => {
      const share = bytes / updates.length;
      for (const { watch, traffic } of entries.values()) {
        const own = updates.filter((update) => isOf(watch, update));
        if (own.length === 0) continue;
        const folded = own.reduce((sum, update) => sum + (update.folded?.count ?? 1) - 1, 0);
        traffic.add({ frames: 1, updates: own.length, folded, bytes: share * own.length }, now());
      }
    },
    heldBackMs: (subscriptions) => {
      const least = Math.min(...subscriptions.map(intervalOf));
      return Number.isFinite(least) ? least : 0;
    },
  };
};
