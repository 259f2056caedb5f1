import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { SensorUpdate } from '../../fanout/protocol.ts';
import { limits } from '../../ingest/limits.ts';
import type { Data, Device, Name, Seen } from './entries.ts';

/** What a reading says, and of whom. */
export type Said = Device & Name & { readonly data: Data };

/** The same text for the same fields, in whatever order: a table or a Map on the way may change it. */
const canonical = (data: Data): string =>
  JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A checksum of all that a device says but when, 16 hexadecimal digits. */
export const shaOf = ({ deviceId, region, deviceType, boot, seq, data }: Said): string =>
  createHash('sha256')
    .update([deviceId, region, deviceType, boot, seq, canonical(data)].join('/'))
    .digest('hex')
    .slice(0, 16);

/** The name of a reading of a device that does not count. */
const uncounted = (ts: number): Pick<Name, 'boot' | 'seq'> => ({ boot: 0, seq: ts });

/** What the device publishes. */
export const payloadOf = ({ boot, seq, deviceType, data, uncounted }: Said, ts: number): string =>
  JSON.stringify({ ...(uncounted === true ? { ts: seq } : { boot, seq, ts }), type: deviceType, ...data });

const numberOf = (x: unknown): number => (typeof x === 'number' ? x : NaN);

const objectIn = (json: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined; // Keys of JSON are texts.
  } catch {
    return undefined;
  }
};

/** What a message on its way to the rules says; undefined where it is none of a device's readings. */
export const saidInMessage = (topic: string, payload: string): Said | undefined => {
  const [root, region = '', deviceId = ''] = topic.split('/').slice(-3);
  const isReading = root === 'telemetry' && Buffer.byteLength(payload) <= limits.payloadBytes;
  const fields = isReading ? objectIn(payload) : undefined;
  if (fields === undefined) return undefined;
  const { ts, boot, seq, type, ...data } = fields as { [field: string]: Data[string] }; // It was JSON.
  const count = seq === undefined ? uncounted(numberOf(ts)) : { boot: numberOf(boot), seq: numberOf(seq) };
  const deviceType = typeof type === 'string' ? type : '';
  return { deviceId, region, deviceType, ...count, data };
};

const seen = (said: Said): Seen => {
  const { deviceId, boot, seq } = said;
  return { deviceId, boot, seq, sha: shaOf(said) };
};

/** A message on its way to the rules; undefined where it is none of a device's readings. */
export const seenInMessage = (topic: string, payload: string): Seen | undefined => {
  const said = saidInMessage(topic, payload);
  return said === undefined ? undefined : seen(said);
};

/** A reading in whatever frame. */
export type FramedReading = Pick<
  SensorUpdate,
  'deviceId' | 'region' | 'deviceType' | 'boot' | 'seq' | 'ts' | 'data' | 'folded'
>;

/** A reading that came in a frame. */
export const seenInFrame = ({ deviceId, region, deviceType = '', ...reading }: FramedReading): Seen => {
  const { ts, data, folded } = reading;
  const { boot = NaN, seq = NaN } = reading.seq === undefined ? uncounted(ts) : reading;
  const one = seen({ deviceId, region, deviceType, boot, seq, data });
  if (folded === undefined) return one;
  const { count, min, max } = folded;
  return { ...one, fold: { count, min, max } };
};
