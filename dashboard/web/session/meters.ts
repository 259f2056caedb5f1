import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type {
  Frame,
  Gap,
  SensorUpdate,
  TelemetryClient,
  Update,
} from '../../../fanout/client/telemetryClient.ts';
import { serverNow } from './clock.ts';
import { hops, Latency, type Hop, type Quantiles } from './latency.ts';
import { Traffic, type Flow } from './traffic.ts';

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

/** How readings come. All of it moves once a second. */
export type Meters = {
  /** Over the last minute; a hop is absent where nothing came. */
  readonly latency: ReadonlySignal<Partial<Record<Hop, Quantiles>>>;
  /** Of everything, over the last 10 s. */
  readonly flow: ReadonlySignal<Flow>;
  readonly counts: ReadonlySignal<Counts>;
  /**
   * Counts what comes of this client; `bytesOf` is how large the frame is that is being handed out, `isWhole` whether an
   * update was held back by nobody.
   */
  readonly attach: (
    client: TelemetryClient,
    bytesOf: () => number,
    isWhole: (update: SensorUpdate) => boolean,
  ) => void;
  readonly tick: () => void;
};

export const updatesOf = (frame: Frame): readonly SensorUpdate[] => {
  if (frame.type === 'sensor_update') return [frame];
  return frame.type === 'sensor_batch' ? frame.updates : [];
};

/** How many readings came in these updates beyond the newest of each. */
export const foldedIn = (updates: readonly SensorUpdate[]): number =>
  updates.reduce((sum, { folded }) => sum + (folded?.count ?? 1) - 1, 0);

const sizeOf = ({ from, to }: Gap): number => to - from + 1;

export const createMeters = (): Meters => {
  const latency = signal<Partial<Record<Hop, Quantiles>>>({});
  const flow = signal<Flow>({ frames: 0, updates: 0, folded: 0, bytes: 0 });
  const counted = { readings: 0, late: 0, missing: 0, filled: 0, unrecovered: 0 };
  const counts = signal<Counts>(counted);
  const traffic = new Traffic();
  const durations: Record<Hop, Latency> = {
    device: new Latency(),
    filter: new Latency(),
    browser: new Latency(),
  };

  const measure = (update: SensorUpdate, arrived: number): void => {
    if (update.ts !== update.receivedAt) durations.device.add(update.receivedAt - update.ts, arrived);
    durations.filter.add(update.sentAt - update.receivedAt, arrived);
    durations.browser.add(arrived - update.sentAt, arrived);
  };

  const count = (update: Update): void => {
    counted.readings += update.folded?.count ?? 1;
    if (update.late) counted.late += 1;
  };

  const quantilesAt = (now: number): Partial<Record<Hop, Quantiles>> =>
    Object.fromEntries(
      hops.flatMap((hop) => {
        const quantiles = durations[hop].read(now);
        return quantiles === undefined ? [] : [[hop, quantiles]];
      }),
    );

  return {
    latency,
    flow,
    counts,
    attach: (client, bytesOf, isWhole) => {
      client.on('frame', (frame) => {
        const updates = updatesOf(frame);
        if (updates.length === 0) return;
        const arrived = serverNow();
        const folded = foldedIn(updates);
        traffic.add({ frames: 1, updates: updates.length, folded, bytes: bytesOf() }, arrived);
        // What is caught up with is older than its way; what is held back on purpose, too.
        if (client.state === 'live')
          for (const update of updates) if (isWhole(update)) measure(update, arrived);
      });
      client.on('update', count);
      client.on('gap', (gap) => (counted.missing += sizeOf(gap)));
      client.on('gapFilled', ({ readings }) => (counted.filled += readings));
      client.on('resumed', ({ recovered }) => (counted.unrecovered += recovered ? 0 : 1));
    },
    tick: () => {
      const now = serverNow();
      batch(() => {
        counts.value = { ...counted };
        flow.value = traffic.read(now);
        latency.value = quantilesAt(now);
      });
    },
  };
};
