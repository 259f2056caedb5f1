import type { Device } from '../ports.ts';
import type { Reading } from '../reading.ts';
import type { Update } from './api/dynamo.ts';
import { ttlAt } from './ttl.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A device of which nothing was recorded for so long is forgotten. */
export const deviceTtlMs = 30 * dayMs;

/** What connects and never sends a reading may be any client; so much later nobody remembers that it did. */
const presenceTtlMs = 60 * 60 * 1000;

/** A row of the Devices table. The numbers beside `latest` are there for {@link newest}'s condition. */
type DeviceRow = Pick<Device, 'recordedAt' | 'online' | 'onlineAt'> & {
  readonly deviceId: string;
  /** The reading as JSON. */
  readonly latest?: string;
};

/** What a row says; undefined where it has no reading. Takes what was read, as only this module's rows are there. */
export const deviceOf = (item: Record<string, unknown>): Device | undefined => {
  const { deviceId, latest: text, recordedAt, online, onlineAt } = item as DeviceRow;
  if (text === undefined) return undefined;
  const latest = JSON.parse(text) as Reading;
  const { region, deviceType } = latest;
  return {
    deviceId,
    region,
    ...(deviceType === undefined ? {} : { deviceType }),
    latest,
    recordedAt,
    ...(online === undefined || onlineAt === undefined ? {} : { online, onlineAt }),
  };
};

/** One thing to write, and when it is to be written: always, or where one of these conditions holds, none with an OR. */
export type Fact = {
  readonly set: readonly string[];
  readonly remove?: readonly string[];
  readonly when?: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
};

/** `isNewer(reading, latest)` as conditions; a row has `boot` and `seq` only where its reading has both. */
const isNewer = (counted: boolean): string[] =>
  counted
    ? [
        'attribute_not_exists(latest)',
        'boot < :boot',
        'boot = :boot AND seq < :seq',
        'attribute_not_exists(boot) AND ts < :ts',
        'attribute_not_exists(boot) AND ts = :ts AND receivedAt < :receivedAt',
      ]
    : ['attribute_not_exists(latest)', 'ts < :ts', 'ts = :ts AND receivedAt < :receivedAt'];

/** The reading is the newest one of its device. */
export const newest = (reading: Reading): Fact => {
  const { ts, receivedAt, boot, seq } = reading;
  const values = { ':latest': JSON.stringify(reading), ':ts': ts, ':receivedAt': receivedAt };
  const set = ['latest = :latest', 'ts = :ts', 'receivedAt = :receivedAt'];
  const counted = boot !== undefined && seq !== undefined;
  if (!counted) return { set, remove: ['boot', 'seq'], when: isNewer(counted), values };
  return {
    set: [...set, 'boot = :boot', 'seq = :seq'],
    when: isNewer(counted),
    values: { ...values, ':boot': boot, ':seq': seq },
  };
};

/** A reading of the device was recorded at this time, epoch ms. */
export const recorded = (recordedAt: number): Fact => ({
  set: ['recordedAt = :recordedAt', 'expiresAt = :expiresAt'],
  // A row has both or neither: see `alternatives` for what that saves.
  when: ['attribute_not_exists(latest)', 'recordedAt <= :recordedAt'],
  values: { ':recordedAt': recordedAt, ':expiresAt': ttlAt(recordedAt + deviceTtlMs) },
});

/** The device was connected at `at` (epoch ms), if nothing better is known. */
export const heardOf = (at: number): Fact => ({
  set: ['#online = if_not_exists(#online, :true)', 'onlineAt = if_not_exists(onlineAt, :at)'],
  values: { ':true': true, ':at': at },
});

/** The device's own connection began or ended at `at`, epoch ms. Of one instant the beginning counts. */
export const connected = ({ online, at }: { online: boolean; at: number }): Fact => {
  const later = ['attribute_not_exists(onlineAt)', 'onlineAt < :at'];
  return {
    set: ['#online = :online', 'onlineAt = :at', 'expiresAt = if_not_exists(expiresAt, :expiresAt)'],
    when: online ? [...later, 'onlineAt = :at AND #online <> :online'] : later,
    values: { ':online': online, ':at': at, ':expiresAt': ttlAt(at + presenceTtlMs) },
  };
};

/** Every way in which all of these may be written. */
const product = (facts: readonly (readonly string[])[]): string[] =>
  facts.reduce<string[]>(
    (all, when) => all.flatMap((one) => when.map((more) => (one === '' ? more : `${one} AND ${more}`))),
    [''],
  );

/**
 * Every way in which all facts may be written, without a parenthesis: what embedded stores parse them with takes twice
 * as long for each one that is opened, until a write costs 30 ms. What is a condition of each of them is one by itself:
 * (x or a) and (x or b) is x or (a and b). That halves the text.
 */
const alternatives = (facts: readonly Fact[]): string[] => {
  const whens = facts.flatMap(({ when = [] }) => (when.length === 0 ? [] : [when]));
  if (whens.length === 0) return [];
  const shared = (whens[0] ?? []).filter((one) => whens.every((when) => when.includes(one)));
  const others = whens.map((when) => when.filter((one) => !shared.includes(one)));
  return [...shared, ...product(others)];
};

/** Several facts as one write, made only if all of them are to be written. */
export const writeOf = (
  facts: readonly Fact[],
): Pick<
  Update,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> => {
  const remove = facts.flatMap((fact) => fact.remove ?? []);
  const set = facts.flatMap((fact) => fact.set).join(', ');
  const condition = alternatives(facts).join(' OR ');
  return {
    UpdateExpression: `SET ${set}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
    ...(condition === '' ? {} : { ConditionExpression: condition }),
    ...(set.includes('#online') ? { ExpressionAttributeNames: { '#online': 'online' } } : {}), // A reserved word.
    ExpressionAttributeValues: Object.assign({}, ...facts.map(({ values }) => values)) as Fact['values'],
  };
};
