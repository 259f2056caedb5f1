import type { HistoryReading, SensorUpdate } from '../protocol.ts';
import type { Result } from './clientError.ts';
import type { ClientEvents, Gap, HistoryPage, HistoryRange } from './clientTypes.ts';
import { after, type ClientClock } from './clock.ts';
import type { Hole } from './holes.ts';
import type { Emit } from './listeners.ts';

/** How many devices wait to be looked up; what is missing of more is told, and not looked up. */
const devicesAtOnce = 200;
/** A device that leaves holes all the time must not use up the requests of this client. */
const betweenMs = 1_000;
/** What is missing may have been recorded this much before the update in front of it. */
const overtakingMs = 1_000;

const isIn = ({ boot, from, to }: Hole, { boot: itsBoot, seq }: HistoryReading): boolean =>
  itsBoot === boot && seq !== undefined && seq >= from && seq <= to;

/**
 * Tells gaps, and looks each up in the history, once: one page of one device at a time, at most one a second.
 *
 * @param add Hands readings out, and tells how many of them are news.
 */
export const gapFilling = ({
  clock,
  emit,
  history,
  serverNow,
  add,
}: {
  clock: ClientClock;
  emit: Emit<ClientEvents>;
  history: (device: string, range: HistoryRange) => Promise<Result<HistoryPage>>;
  serverNow: () => number;
  add: (updates: readonly SensorUpdate[]) => number;
}): { missing: (deviceId: string, hole: Hole) => void; close: () => void } => {
  const byDevice = new Map<string, Hole[]>();
  let busy = false;
  let closed = false;
  let cancel = (): void => undefined;

  const fill = (deviceId: string, hole: Hole, readings: readonly HistoryReading[]): void => {
    const sentAt = serverNow();
    const found = readings
      .filter((reading) => isIn(hole, reading))
      .map((reading): SensorUpdate => ({ type: 'sensor_update', deviceId, sentAt, ...reading }));
    emit('gapFilled', { ...gapOf(deviceId, hole), readings: add(found) });
  };

  const lookUp = async (): Promise<void> => {
    const [next] = byDevice;
    busy = next !== undefined;
    if (next === undefined) return;
    const [deviceId, holes] = next;
    byDevice.delete(deviceId);
    const from = Math.min(...holes.map(({ since }) => since)) - overtakingMs;
    const page = await history(deviceId, { from: Math.max(0, from) });
    if (closed) return;
    if (page.ok) holes.forEach((hole) => fill(deviceId, hole, page.readings));
    cancel = after(clock, betweenMs, () => void lookUp());
  };

  return {
    missing: (deviceId, hole) => {
      emit('gap', gapOf(deviceId, hole));
      const holes = byDevice.get(deviceId);
      if (holes !== undefined) holes.push(hole);
      else if (byDevice.size < devicesAtOnce) byDevice.set(deviceId, [hole]);
      if (busy) return;
      busy = true;
      // Gaps of one device come together; they are looked up together.
      queueMicrotask(() => void lookUp());
    },
    close: () => {
      closed = true;
      byDevice.clear();
      cancel();
    },
  };
};

const gapOf = (deviceId: string, { boot, from, to }: Hole): Gap => ({ deviceId, boot, from, to });
