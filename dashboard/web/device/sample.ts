import type { SensorUpdate } from '../../../fanout/client/telemetryClient.ts';
import { measuredAt } from '../fleet/device.ts';

export type SampleValue = {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/** What a chart takes of a reading. */
export type Sample = {
  /** When it was measured, epoch ms. */
  readonly time: number;
  readonly boot: number | undefined;
  readonly seq: number | undefined;
  /** For how many readings it stands. */
  readonly count: number;
  readonly isLate: boolean;
  readonly values: readonly SampleValue[];
};

/** No axis can be made for what is larger. */
const largest = 1e30;

type Sampled = Pick<SensorUpdate, 'ts' | 'receivedAt' | 'boot' | 'seq' | 'data' | 'folded'> & { late?: true };

const boundOf = (bounds: Readonly<Record<string, number>> | undefined, name: string, value: number): number =>
  bounds !== undefined && Object.hasOwn(bounds, name) ? (bounds[name] ?? value) : value;

/** Of a plain reading least and greatest are the value itself. */
export const sampleOf = (reading: Sampled): Sample => {
  const { boot, seq, data, folded, late } = reading;
  const values = Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'number' && Math.abs(value) < largest
      ? [{ name, value, low: boundOf(folded?.min, name, value), high: boundOf(folded?.max, name, value) }]
      : [],
  );
  return { time: measuredAt(reading), boot, seq, count: folded?.count ?? 1, isLate: late === true, values };
};
