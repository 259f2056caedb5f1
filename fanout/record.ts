import pLimit from 'p-limit';
import { groupBy } from './groupBy.ts';
import { isNewer, nameOf } from './newest.ts';
import type { Devices, Readings } from './ports.ts';
import type { Reading } from './reading.ts';
import { recordingMs } from './recordingMs.ts';

const attempts = 3;
/** Devices written at once. */
const concurrency = 16;

/** A reading, and whether its device published it over a connection of its own. */
export type Said = { readonly reading: Reading; readonly own: boolean };

/**
 * What the devices' rows need to know of these readings: of each device in each region and type the newest, and whether any
 * came over its own connection.
 */
const newestOf = (said: readonly Said[]): Said[] =>
  [
    ...groupBy(said, ({ reading: { deviceId, region, deviceType } }) =>
      JSON.stringify([deviceId, region, deviceType]),
    ).values(),
  ].map((same) => ({
    ...same.reduce((newest, one) => (isNewer(one.reading, newest.reading) ? one : newest)),
    own: same.some(({ own }) => own),
  }));

/**
 * Keeps readings in the history and with their devices; one that came twice is kept once. Done before anything is pushed, so
 * that what was seen live can always be read again, and before subscriptions are looked up, so that whoever subscribes
 * meanwhile finds it there.
 *
 * Readings whose recording took long are recorded again, under the time it is by then: a replay that has passed the
 * earlier time would miss them. They keep their names, so nobody is shown them twice. Throws where the store stays that slow.
 */
export const record =
  ({
    devices,
    readings,
    now,
    elapsed,
  }: {
    devices: Pick<Devices, 'see'>;
    readings: Pick<Readings, 'record'>;
    /** Epoch ms. */
    now: () => number;
    /** Ms since whenever, by a clock that is never set: how long something took. */
    elapsed: () => number;
  }) =>
  async (said: readonly Said[]): Promise<void> => {
    const once = [...new Map(said.map((one) => [nameOf(one.reading), one])).values()];
    const newest = newestOf(once);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const recordedAt = now();
      const begun = elapsed();
      await Promise.all([
        readings.record(
          once.map(({ reading }) => reading),
          recordedAt,
        ),
        pLimit(concurrency).map(newest, ({ reading, own }) => devices.see(reading, { recordedAt, own })),
      ]);
      if (elapsed() - begun <= recordingMs / 2) return;
    }
    throw new Error('The history takes too long to record readings; they are tried again later.');
  };
