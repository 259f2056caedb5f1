import { signal, type Signal } from '@preact/signals';
import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import { addPoint, emptySeries, type Series } from './series.ts';

/** What the page knows of a device. */
export type Known = {
  latest: SensorUpdate;
  /** By field, for those that had numbers; in the order they were first seen. */
  readonly series: Map<string, Series>;
};

/** What is known changes with every reading; what is shown is told to the components, once per frame. */
export type Device = { readonly id: string; readonly known: Known; readonly shown: Signal<Known> };

/** Fields of one device that are remembered; more would be a defect, or an attack on this page's memory. */
const rememberedFields = 32;
/** A clock that is further off than this is wrong, and would pull the chart apart. */
const trustedClockMs = 60 * 60 * 1000;

/** When it was measured; when it was received, if the device's clock cannot be believed. Epoch ms. */
export const measuredAt = ({ ts, receivedAt }: SensorUpdate): number =>
  Math.abs(ts - receivedAt) < trustedClockMs ? ts : receivedAt;

/** The newest is not the last to arrive: boot and seq decide where both say them, else the time of measurement. */
export const isNewer = (update: SensorUpdate, than: SensorUpdate): boolean => {
  const boots = (update.boot ?? 0) - (than.boot ?? 0);
  if (boots !== 0) return boots > 0;
  if (update.boot !== undefined && update.seq !== undefined && than.seq !== undefined)
    return update.seq > than.seq;
  return measuredAt(update) >= measuredAt(than);
};

const remember = (series: Known['series'], update: SensorUpdate): void => {
  const time = measuredAt(update);
  for (const [field, value] of Object.entries(update.data)) {
    if (typeof value !== 'number') continue;
    if (!series.has(field) && series.size < rememberedFields) series.set(field, emptySeries());
    const points = series.get(field);
    if (points !== undefined) addPoint(points, time, value);
  }
};

export const addUpdate = ({ known }: Device, update: SensorUpdate): void => {
  if (isNewer(update, known.latest)) known.latest = update;
  remember(known.series, update);
};

export const newDevice = (update: SensorUpdate): Device => {
  const known: Known = { latest: update, series: new Map() };
  remember(known.series, update);
  return { id: update.deviceId, known, shown: signal({ ...known }) };
};

/** Has whoever draws this device draw it again. */
export const show = ({ known, shown }: Device): void => void (shown.value = { ...known });
