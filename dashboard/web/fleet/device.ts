import { signal, type Signal } from '@preact/signals';
import type { DeviceStatus, Update } from '../../../fanout/client/telemetryClient.ts';
import { emptyScale, widen, type Scale } from '../format.ts';
import { isPlaceField } from '../map/placeFields.ts';
import { beat, newRhythm, type Rhythm } from './rhythm.ts';
import { addToRing, newRing, type Ring } from './ring.ts';

/** What the page knows of a device. Changes with every reading; components hear of it through `drawn`. */
export type Device = {
  readonly id: string;
  /** The newest reading, which is not the last to arrive. */
  latest: Update;
  /** Whether its MQTT connection is open, and since when; undefined where nobody knows. */
  status: Pick<DeviceStatus, 'online' | 'at'> | undefined;
  readonly rhythm: Rhythm;
  /** How long its readings took to the server at least, ms: what its clock is behind, if nothing else. Of the last minutes. */
  transitMs: number;
  /** The least of the five minutes that began then, and of those before. */
  readonly transits: { since: number; now: number; before: number };
  /** Its fields in the order they were first seen, numbers before others, each with the scale of its numbers so far. */
  readonly fields: Map<string, Scale | undefined>;
  /** The last values of its first number. */
  readonly ring: Ring;
  /** Since the page knows it: how many readings it sent, those among them that came folded, and those that came late. */
  readings: number;
  folded: number;
  late: number;
  /** Whether there is something that `drawn` has not told yet. */
  isDirty: boolean;
  drawnAt: number;
  /** Moves when components are to draw it anew. */
  readonly drawn: Signal<number>;
};

/** Fields of one device that are remembered; more would be a defect, or an attack on this page's memory. */
const rememberedFields = 32;
/** A clock that is further off than this is wrong, and would pull a chart apart. */
const trustedClockMs = 60 * 60 * 1000;

type Stamped = Pick<Update, 'ts' | 'receivedAt'>;

/** When it was measured; when it was received, if the device's clock cannot be believed. Epoch ms. */
export const measuredAt = ({ ts, receivedAt }: Stamped): number =>
  Math.abs(ts - receivedAt) < trustedClockMs ? ts : receivedAt;

const transitOf = (update: Stamped): number => update.receivedAt - measuredAt(update);

/** Clocks are put right: what was so more than ten minutes ago says nothing. */
const transitSpanMs = 5 * 60_000;

/** Whether it is newer than another: boot and seq decide where both say them, else the time of measurement. */
export const isNewer = (update: Update, than: Update): boolean => {
  const boots = (update.boot ?? 0) - (than.boot ?? 0);
  if (boots !== 0) return boots > 0;
  if (update.boot !== undefined && update.seq !== undefined && than.seq !== undefined)
    return update.seq > than.seq;
  return measuredAt(update) >= measuredAt(than);
};

/** The first field that was a number when the page first saw the device: what its sparkline shows. */
const drawnField = ({ fields }: Pick<Device, 'fields'>): string | undefined => {
  for (const [field, scale] of fields) return scale === undefined ? undefined : field;
  return undefined;
};

/** Numbers first, then the rest. */
const rank = ({ data }: Update, field: string): number =>
  typeof data[field] !== 'number' ? 1 : isPlaceField(field) ? 2 : 0;

const newFields = (update: Update): Device['fields'] => {
  const names = Object.keys(update.data).sort((a, b) => rank(update, a) - rank(update, b));
  return new Map(names.slice(0, rememberedFields).map((name) => [name, undefined]));
};

const remember = (device: Pick<Device, 'fields' | 'ring'>, update: Update): void => {
  const { fields, ring } = device;
  for (const field in update.data) {
    const value = update.data[field];
    if (typeof value === 'number' && (fields.has(field) || fields.size < rememberedFields))
      fields.set(field, widen(fields.get(field) ?? emptyScale, value));
    else if (!fields.has(field) && fields.size < rememberedFields) fields.set(field, undefined);
  }
  const drawn = drawnField(device);
  const value = drawn === undefined ? undefined : update.data[drawn];
  if (typeof value === 'number') addToRing(ring, measuredAt(update), value);
};

const takeTransit = (device: Device, update: Stamped): void => {
  const { transits } = device;
  if (update.receivedAt - transits.since > transitSpanMs)
    Object.assign(transits, { since: update.receivedAt, now: Infinity, before: transits.now });
  transits.now = Math.min(transits.now, transitOf(update));
  device.transitMs = Math.min(transits.now, transits.before);
};

export const newDevice = (update: Update): Device => {
  const [fields, ring] = [newFields(update), newRing()];
  remember({ fields, ring }, update);
  return {
    id: update.deviceId,
    latest: update,
    status: undefined,
    rhythm: newRhythm(update.receivedAt),
    transitMs: transitOf(update),
    transits: { since: update.receivedAt, now: transitOf(update), before: Infinity },
    fields,
    ring,
    readings: update.folded?.count ?? 1,
    folded: update.folded === undefined ? 0 : update.folded.count - 1,
    late: 0,
    isDirty: true,
    drawnAt: 0,
    drawn: signal(0),
  };
};

/** Takes one more reading, in whatever order they come. */
export const addUpdate = (device: Device, update: Update): void => {
  const count = update.folded?.count ?? 1;
  device.readings += count;
  device.folded += count - 1;
  if (update.late) device.late += 1;
  if (isNewer(update, device.latest)) {
    // Its clock may have been set meanwhile.
    if (update.boot !== device.latest.boot)
      Object.assign(device.transits, { now: Infinity, before: Infinity });
    device.latest = update;
  }
  takeTransit(device, update);
  beat(device.rhythm, update.receivedAt, count);
  remember(device, update);
  device.isDirty = true;
};

/** How old its newest values are, ms, by a device clock that is put right as far as that can be known. */
export const ageOf = ({ latest, transitMs }: Device, serverNow: number): number =>
  Math.max(0, serverNow - measuredAt(latest) - transitMs);
