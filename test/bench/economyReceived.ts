import type { ReadingName } from './readingsInFrame.ts';

/** What a viewer got of the readings that it wanted, and how much else. */
export type Received = {
  readonly received: number;
  readonly missing: number;
  readonly repeated: number;
  readonly unwanted: number;
};

export const nothingReceived: Received = { received: 0, missing: 0, repeated: 0, unwanted: 0 };

export const sumOf = (all: readonly Received[]): Received =>
  all.reduce(
    (sum, one) => ({
      received: sum.received + one.received,
      missing: sum.missing + one.missing,
      repeated: sum.repeated + one.repeated,
      unwanted: sum.unwanted + one.unwanted,
    }),
    nothingReceived,
  );

/** Counts readings by device and sequence number. A viewer wants `readings` of each device in `wanted`, numbered from 0. */
export const countReadings = (wanted: readonly string[], readings: number) => {
  const times = new Map(wanted.map((deviceId) => [deviceId, new Uint16Array(readings)]));
  let [received, repeated, unwanted] = [0, 0, 0];
  return {
    add: ({ deviceId, seq }: ReadingName): void => {
      const ofDevice = times.get(deviceId);
      const before = ofDevice?.[seq];
      if (ofDevice === undefined || before === undefined) unwanted += 1;
      else {
        if (before === 0) received += 1;
        else repeated += 1;
        ofDevice[seq] = before + 1;
      }
    },
    read: (): Received => ({
      received,
      missing: wanted.length * readings - received,
      repeated,
      unwanted,
    }),
  };
};
