import type { Devices, Readings } from './ports.ts';
import type { Reading } from './reading.ts';
import { recordingMs } from './recordingMs.ts';

const attempts = 3;

/**
 * Keeps a reading in the history and with its device. Done before anything is pushed, so that what was seen live can
 * always be read again, and before subscriptions are looked up, so that whoever subscribes meanwhile finds it there.
 *
 * A reading whose recording took long is recorded again, under the time it is by then: a replay that has passed the
 * earlier time would miss it. It keeps its name, so nobody is shown it twice. Throws where the store stays that slow.
 *
 * @param own whether the device published it over a connection of its own.
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
  async (reading: Reading, { own }: { own: boolean }): Promise<void> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const recordedAt = now();
      const begun = elapsed();
      await Promise.all([devices.see(reading, { recordedAt, own }), readings.record(reading, recordedAt)]);
      if (elapsed() - begun <= recordingMs / 2) return;
    }
    throw new Error('The history takes too long to record a reading; it is tried again later.');
  };
