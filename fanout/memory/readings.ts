import { positionOf, positionsBetween } from '../position.ts';
import type { Readings, Recorded } from '../ports.ts';
import type { Reading } from '../reading.ts';

/** How many of the readings stand before a position. */
const countBefore = (readings: readonly Recorded[], position: string): number => {
  let [low, high] = [0, readings.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = readings[middle];
    if (there !== undefined && there.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The history in this process: what a device said longer than `retentionMs` before its newest recording is dropped. */
export const memoryReadings = (retentionMs: number): Readings => {
  const histories = new Map<string, Recorded[]>();

  const record = (reading: Reading, recordedAt: number): void => {
    const history = histories.get(reading.deviceId) ?? [];
    histories.set(reading.deviceId, history);
    const position = positionOf(reading, recordedAt);
    const at = countBefore(history, position);
    const again = history[at]?.position === position ? 1 : 0;
    history.splice(at, again, { reading, recordedAt, position });
    history.splice(
      0,
      history.findIndex((kept) => kept.recordedAt >= recordedAt - retentionMs),
    );
  };

  return {
    retentionMs,
    record: async (readings, recordedAt) => readings.forEach((reading) => record(reading, recordedAt)),
    of: async (deviceId, { limit, ...range }) => {
      const history = histories.get(deviceId) ?? [];
      const [least, greatest] = positionsBetween(range);
      const start = countBefore(history, least);
      return history.slice(start, Math.min(start + limit, countBefore(history, greatest)));
    },
  };
};
