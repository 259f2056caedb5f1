import type { Devices, Readings } from './ports.ts';
import type { Reading } from './reading.ts';

/**
 * Keeps a reading in the history and with its device. Done before anything is pushed, so that what was seen live can
 * always be read again, and before subscriptions are looked up, so that whoever subscribes meanwhile finds it there.
 *
 * @param own whether the device published it over a connection of its own.
 */
export const record =
  ({
    devices,
    readings,
    now,
  }: {
    devices: Pick<Devices, 'see'>;
    readings: Pick<Readings, 'record'>;
    now: () => number;
  }) =>
  async (reading: Reading, { own }: { own: boolean }): Promise<void> => {
    const recordedAt = now();
    await Promise.all([devices.see(reading, { recordedAt, own }), readings.record(reading, recordedAt)]);
  };
