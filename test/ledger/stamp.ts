import { createHash } from 'node:crypto';
import type { SensorUpdate } from '../../fanout/protocol.ts';
import type { Device, Fold, Name, Seen } from './entries.ts';

/** What a reading says. */
type Said = Device & Name & { readonly value: number };

/** A checksum of all that a device says, 16 hexadecimal digits. */
export const shaOf = ({ deviceId, region, deviceType, boot, seq, value }: Said): string =>
  createHash('sha256')
    .update([deviceId, region, deviceType, boot, seq, value].join('/'))
    .digest('hex')
    .slice(0, 16);

/** The name of a reading of a device that does not count. */
const uncounted = (ts: number): Pick<Name, 'boot' | 'seq'> => ({ boot: 0, seq: ts });

/** What the device publishes. */
export const payloadOf = (said: Said, ts: number): string => {
  const { boot, seq, deviceType, value } = said;
  const count = said.uncounted === true ? { ts: seq } : { boot, seq, ts };
  return JSON.stringify({ ...count, type: deviceType, value, sha: shaOf(said) });
};

const numberOf = (x: unknown): number => (typeof x === 'number' ? x : NaN);

const seenIn = (said: Said, sha: unknown, fold?: Fold): Seen => {
  const { deviceId, boot, seq } = said;
  const own = shaOf(said);
  return {
    deviceId,
    boot,
    seq,
    sha: sha === own ? own : `bad ${own}`,
    ...(fold === undefined ? {} : { fold }),
  };
};

/** A message on its way to the rules; undefined where it is none of a device's readings. */
export const seenInMessage = (topic: string, payload: string): Seen | undefined => {
  const [root, region = '', deviceId = ''] = topic.split('/');
  if (root !== 'telemetry') return undefined;
  const said = JSON.parse(payload) as Record<string, unknown>; // Ours, or the sha tells.
  const { type, value, sha } = said;
  const { boot, seq } = said['seq'] === undefined ? uncounted(numberOf(said['ts'])) : said;
  const deviceType = typeof type === 'string' ? type : '';
  const numbers = { boot: numberOf(boot), seq: numberOf(seq), value: numberOf(value) };
  return seenIn({ deviceId, region, deviceType, ...numbers }, sha);
};

/** A reading in whatever frame. */
export type FramedReading = Pick<
  SensorUpdate,
  'deviceId' | 'region' | 'deviceType' | 'boot' | 'seq' | 'ts' | 'data' | 'folded'
>;

export const seenInFrame = ({ deviceId, region, deviceType = '', ...reading }: FramedReading): Seen => {
  const { ts, data, folded } = reading;
  const { boot = NaN, seq = NaN } = reading.seq === undefined ? uncounted(ts) : reading;
  const said = { deviceId, region, deviceType, boot, seq, value: numberOf(data['value']) };
  if (folded === undefined) return seenIn(said, data['sha']);
  const { count, min, max } = folded;
  return seenIn(said, data['sha'], { count, min: numberOf(min['value']), max: numberOf(max['value']) });
};
