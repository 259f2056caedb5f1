import { signal, type ReadonlySignal } from '@preact/signals';
import type {
  ClientError,
  SensorUpdate,
  Subscription,
  TelemetryClient,
} from '../../../fanout/client/telemetryClient.ts';
import { covers, newHeld, type Held } from '../../../fanout/client/held.ts';
import { limits } from '../../../fanout/limits.ts';
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
  /** Why it is less, where it is. */
  readonly sight?: Sight;
  /** Why another rate was refused, lately. */
  readonly rateError?: ClientError;
  readonly flow: Flow;
};

export type Watching = {
  /** Anew when something about one changes, and once a second. In the order of what is followed. */
  readonly watched: ReadonlySignal<readonly Watched[]>;
  /** Makes the client's subscriptions those of `chosen`, and one to each of `focused`, whole. */
  readonly follow: (chosen: readonly Watch[], focused: readonly string[]) => void;
  /** Has the rates follow what can be seen. */
  readonly attend: (sightOf: (watch: Watch) => { sight: Sight; devices: number }) => void;
  /** Asks again for what was refused. */
  readonly retry: (key: string) => void;
  /** A frame came, of so many bytes, with these updates. */
  readonly count: (updates: readonly SensorUpdate[], bytes: number) => void;
  /** Whether it comes for a subscription that holds nothing back. */
  readonly isWhole: (update: SensorUpdate) => boolean;
  /** How long readings may be held back on purpose where they come for these subscriptions, ms. */
  readonly heldBackMs: (subscriptions: readonly string[]) => number;
  readonly refresh: () => void;
};

type Entry = {
  readonly key: string;
  readonly watch: Watch;
  /** The same as the client knows it, to tell what belongs to it by the client's own rules. */
  readonly asked: Held;
  isChosen: boolean;
  /** Whether it is of an open device, which is drawn in full. */
  isFocused: boolean;
  isEnded: boolean;
  subscription?: Subscription;
  error?: ClientError;
  rate: number | undefined;
  sight?: Sight;
  isChanging: boolean;
  /** Not to be asked for another rate before then: it was refused one. */
  changesFrom: number;
  rateError?: ClientError;
  /** At a rate that was lower before: until then readings may be as far apart as they were. */
  slack: { readonly ms: number; readonly until: number };
  readonly traffic: Traffic;
};

/** What the server will not say otherwise the next time. The rest passes: a time-out, a busy edge, a token that ran out. */
const finalCodes: ReadonlySet<ClientError['code']> = new Set([
  'not_granted',
  'too_many_subscriptions',
  'bad_message',
  'id_in_use',
  'closed',
]);
const isFinal = ({ code }: ClientError): boolean => finalCodes.has(code);
const againMs = 5_000;

/** How long a rate that was refused is not asked for again. */
const pauseMs = 30_000;
/** One that is limited stays so until its devices speak clearly slower: each change costs a request. */
const hysteresis = 1.25;

const statusOf = ({ error, subscription }: Entry): Watched['status'] => {
  if (error !== undefined) return 'refused';
  if (subscription === undefined) return 'asking';
  return subscription.live ? 'live' : 'catching-up';
};

const wishOf = ({ where }: Watch, maxRate: number | undefined) => ({
  ...(where === undefined ? {} : { where }),
  ...(maxRate === undefined ? {} : { maxRate }),
});

const intervalOf = (rate: number | undefined): number => (rate === undefined ? 0 : 1_000 / rate);

const newEntry = (key: string, watch: Watch): Entry => ({
  key,
  watch,
  asked: newHeld(key, watch.to, wishOf(watch, undefined)),
  isChosen: false,
  isFocused: false,
  isEnded: false,
  rate: watch.maxRate,
  isChanging: false,
  changesFrom: 0,
  slack: { ms: 0, until: 0 },
  traffic: new Traffic(),
});

const toWatched = (entry: Entry, now: number): Watched => ({
  key: entry.key,
  watch: entry.watch,
  isChosen: entry.isChosen,
  status: statusOf(entry),
  ...(entry.error === undefined ? {} : { error: entry.error }),
  rate: entry.rate,
  ...(entry.sight === undefined || entry.rate === entry.watch.maxRate ? {} : { sight: entry.sight }),
  ...(entry.rateError === undefined ? {} : { rateError: entry.rateError }),
  flow: entry.traffic.read(now),
});

/** Whether they differ in nothing but their rate, so that one can become the other without missing anything. */
const areAlike = (a: Watch, b: Watch): boolean =>
  keyOf({ to: a.to, ...wishOf(a, undefined) }) === keyOf({ to: b.to, ...wishOf(b, undefined) });

const isAtHand = ({ subscription, error, isChanging }: Entry): boolean =>
  subscription !== undefined && error === undefined && !isChanging;

/** Of those that leave, one whose subscription the watch can go on with. */
const takeOut = (leaving: Entry[], watch: Watch): Entry | undefined => {
  const at = leaving.findIndex((entry) => isAtHand(entry) && areAlike(entry.watch, watch));
  return at < 0 ? undefined : leaving.splice(at, 1)[0];
};

/** Keeps the client subscribed to what is watched, and to nothing else, at rates that somebody can follow. */
export const watchingOf = (
  client: Pick<TelemetryClient, 'subscribe' | 'on'>,
  now: () => number,
): Watching => {
  let entries = new Map<string, Entry>();
  const watched = signal<readonly Watched[]>([]);

  const refresh = (): void => {
    const at = now();
    watched.value = [...entries.values()].map((entry) => toWatched(entry, at));
  };

  const start = async (entry: Entry): Promise<void> => {
    const answer = await client.subscribe(entry.watch.to, wishOf(entry.watch, entry.rate));
    if (answer.ok) {
      entry.subscription = answer.subscription;
      // Taken out while the answer was on its way.
      if (entry.isEnded) await answer.subscription.unsubscribe();
    } else if (isFinal(answer.error)) entry.error = answer.error;
    // A wall has nobody who would ask again.
    else setTimeout(() => entry.isEnded || void start(entry), againMs);
    refresh();
  };

  const begin = (key: string, watch: Watch): Entry => {
    const entry = newEntry(key, watch);
    void start(entry);
    return entry;
  };

  const end = (entry: Entry): void => {
    entry.isEnded = true;
    void entry.subscription?.unsubscribe();
  };

  /** Has the rate changed; one that is on its way, or was refused lately, comes first. */
  const change = async (entry: Entry, rate: number | undefined, sight?: Sight): Promise<void> => {
    const { subscription, changesFrom } = entry;
    if (subscription === undefined || !isAtHand(entry)) return;
    if (entry.rate === rate || now() < changesFrom) return;
    entry.isChanging = true;
    const answer = await subscription.change(wishOf(entry.watch, rate));
    entry.isChanging = false;
    if (answer.ok) {
      delete entry.rateError;
      const ms = intervalOf(entry.rate);
      entry.slack = { ms, until: now() + ms };
      entry.rate = rate;
      if (sight !== undefined) entry.sight = sight;
    } else {
      entry.changesFrom = now() + pauseMs;
      if (isFinal(answer.error)) entry.rateError = answer.error; // The rest passes.
    }
    refresh();
  };

  /** The same subscription under another rate. */
  const takeOver = (before: Entry, key: string, watch: Watch): Entry => {
    const { subscription, rate, slack, traffic } = before;
    const entry = { ...newEntry(key, watch), rate, slack, traffic };
    if (subscription !== undefined) entry.subscription = subscription;
    void change(entry, watch.maxRate);
    return entry;
  };

  const attend = (entry: Entry, { sight, devices }: { sight: Sight; devices: number }): void => {
    const { watch } = entry;
    const { updates, folded } = entry.traffic.read(now());
    const isLimited = entry.sight === 'on-screen' && entry.rate !== watch.maxRate;
    const perDevice = ((updates + folded) / Math.max(1, devices)) * (isLimited ? hysteresis : 1);
    const rate = attentiveRate(sight, perDevice, watch.maxRate);
    void change(entry, entry.isFocused && sight === 'on-screen' ? watch.maxRate : rate, sight);
  };

  /** Infinity where conditions keep back who knows how many; undefined for a subscription that is none of these. */
  const heldBackMs = (id: string): number | undefined => {
    for (const { subscription, rate, slack, watch } of entries.values()) {
      if (subscription?.id !== id) continue;
      if (watch.where !== undefined) return Infinity;
      return Math.max(intervalOf(rate), now() < slack.until ? slack.ms : 0);
    }
    return undefined;
  };

  // One that the server takes back later is told as an error with its id.
  client.on('error', (error) => {
    const entry = [...entries.values()].find(({ subscription }) => subscription?.id === error.id);
    if (entry === undefined || error.id === undefined) return;
    if (isFinal(error)) entry.error = error;
    else {
      delete entry.subscription;
      void start(entry);
    }
    refresh();
  });

  return {
    watched,
    refresh,
    follow: (chosen, focused) => {
      const whole = focused.map((device): Watch => ({ to: { device } }));
      const chosenKeys = new Set(chosen.map(keyOf));
      const focusedKeys = new Set(whole.map(keyOf));
      const wanted = new Map([...chosen, ...whole].map((watch) => [keyOf(watch), watch]));
      const leaving = [...entries.values()].filter(({ key }) => !wanted.has(key));
      const news = [...wanted].filter(([key]) => !entries.has(key));
      const heirs = new Map(news.map(([key, watch]) => [key, takeOut(leaving, watch)]));
      // A new one first, so that nothing is missed between the two; unless there is no room for both.
      const isTight = wanted.size + leaving.length > limits.subscriptions;
      if (isTight) leaving.forEach(end);
      entries = new Map(
        [...wanted].map(([key, watch]) => {
          const before = heirs.get(key);
          const known = entries.get(key) ?? (before && takeOver(before, key, watch));
          return [key, known ?? begin(key, watch)];
        }),
      );
      if (!isTight) leaving.forEach(end);
      for (const entry of entries.values()) {
        entry.isChosen = chosenKeys.has(entry.key);
        entry.isFocused = focusedKeys.has(entry.key);
      }
      refresh();
    },
    attend: (sightOf) => {
      for (const entry of entries.values()) attend(entry, sightOf(entry.watch));
    },
    retry: (key) => {
      const entry = entries.get(key);
      if (entry?.error === undefined) return;
      end(entry);
      const again = begin(key, entry.watch);
      again.isChosen = entry.isChosen;
      again.isFocused = entry.isFocused;
      entries.set(key, again); // in its old place
      refresh();
    },
    count: (updates, bytes) => {
      const share = bytes / updates.length;
      for (const { asked, subscription, error, traffic } of entries.values()) {
        if (subscription === undefined || error !== undefined) continue; // It comes for another one.
        const own = updates.filter((update) => covers(asked, update));
        if (own.length === 0) continue;
        const folded = own.reduce((sum, update) => sum + (update.folded?.count ?? 1) - 1, 0);
        traffic.add({ frames: 1, updates: own.length, folded, bytes: share * own.length }, now());
      }
    },
    isWhole: (update) => {
      for (const { subscription, rate, asked } of entries.values())
        if (subscription !== undefined && rate === undefined && covers(asked, update)) return true;
      return false;
    },
    heldBackMs: (subscriptions) => {
      const known = subscriptions.flatMap((id) => heldBackMs(id) ?? []);
      return known.length === 0 ? 0 : Math.min(...known);
    },
  };
};
