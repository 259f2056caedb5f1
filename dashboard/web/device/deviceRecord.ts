import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type {
  ClientError,
  Gap,
  SensorUpdate,
  TelemetryClient,
  Update,
} from '../../../fanout/client/telemetryClient.ts';
import { loadHistory } from './loadHistory.ts';
import { sampleOf } from './sample.ts';
import { Series } from './series.ts';

/** As long as a server keeps readings by default. */
const backMs = 60 * 60_000;
const mostOfHistory = 5_000;
/** The gaps that are counted: a device that leaves more is counted by the last ones. */
const mostTold = 500;

export type HistoryState =
  | { readonly is: 'waiting' }
  | { readonly is: 'loading'; readonly readings: number }
  | { readonly is: 'loaded'; readonly from: number; readonly isWhole: boolean }
  | { readonly is: 'failed'; readonly error: ClientError };

/** The newest reading of a device that came, and when by the server's clock. */
export type Newest = { readonly update: Update; readonly arrivedAt: number };

/** All that a page remembers of the device that it shows. */
export type DeviceRecord = {
  readonly series: Series;
  readonly history: ReadonlySignal<HistoryState>;
  /** How many readings came since the record began. */
  readonly came: () => number;
  /** Of the readings that did not come by themselves: how many are missing still, and how many came afterwards. */
  readonly gaps: () => { missing: number; filled: number };
  readonly arrival: (update: SensorUpdate) => number | undefined;
  /** Since when nothing that was kept is left out, epoch ms. */
  readonly coveredFrom: () => number;
  readonly reload: () => void;
  /** Ends what `deviceRecord` began. */
  readonly end: () => void;
};

type Dependencies = {
  readonly id: string;
  readonly client: Pick<TelemetryClient, 'on' | 'historyOf'>;
  /** Whether the server has this device's subscription, or refused it: what is read before that may leave a hole. */
  readonly isAsked: ReadonlySignal<boolean>;
  readonly serverNow: () => number;
  /** Something came. */
  readonly changed: () => void;
};

/** Brings together what is kept of a device and what comes of it. */
const againMs = 5_000;

export const deviceRecord = ({ id, client, isAsked, serverNow, changed }: Dependencies): DeviceRecord => {
  const series = new Series();
  const history = signal<HistoryState>({ is: 'waiting' });
  const told: Gap[] = [];
  let [came, coveredFrom, load] = [0, Infinity, 0];
  let newest: Newest | undefined;

  const bring = async (oldest: number): Promise<void> => {
    load += 1;
    const [own, now] = [load, serverNow()];
    const isWanted = (): boolean => own === load;
    history.value = { is: 'loading', readings: 0 };
    const loaded = await loadHistory({
      historyOf: (range) => client.historyOf(id, range),
      oldest,
      now,
      most: mostOfHistory,
      take: (readings, from) => {
        series.add(readings.map(sampleOf));
        coveredFrom = Math.min(coveredFrom, from);
        changed();
      },
      progress: (readings) => (history.value = { is: 'loading', readings }),
      isWanted,
    });
    if (!isWanted()) return;
    history.value = loaded.ok
      ? { is: 'loaded', from: Math.min(loaded.from, coveredFrom), isWhole: loaded.isWhole }
      : { is: 'failed', error: loaded.error };
    // Asked for again by itself, too.
    if (!loaded.ok) setTimeout(() => isWanted() && reload(), againMs);
    changed();
  };
  const reload = (): void => void bring(serverNow() - backMs);

  const take = (update: Update): void => {
    if (update.deviceId !== id) return;
    newest = { update, arrivedAt: serverNow() };
    if (series.add([sampleOf(update)]) > 0) came += update.folded?.count ?? 1;
    changed();
  };
  const stops = [
    client.on('update', take),
    client.on('gap', (gap) => {
      if (gap.deviceId !== id) return;
      told.push(gap);
      if (told.length > mostTold) told.shift();
      changed();
    }),
    // What was lost for a subscription is in the history still.
    client.on('resumed', ({ recovered }) => {
      if (recovered || history.peek().is === 'waiting') return;
      coveredFrom = Infinity; // What was known of before is no more without a hole.
      reload();
    }),
    client.on('live', () => {
      if (history.peek().is === 'failed') reload();
    }),
    effect(() => {
      if (isAsked.value && history.peek().is === 'waiting') reload();
    }),
  ];
  return {
    series,
    history,
    came: () => came,
    gaps: () => {
      const missing = told.reduce((sum, { boot, from, to }) => sum + series.heard.missing(boot, from, to), 0);
      const all = told.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      return { missing, filled: all - missing };
    },
    arrival: (update) => (newest?.update === update ? newest.arrivedAt : undefined),
    coveredFrom: () => coveredFrom,
    reload,
    end: () => {
      load += 1;
      for (const stop of stops) stop();
    },
  };
};
