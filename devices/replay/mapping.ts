import { isName } from '../../fanout/names.ts';
import type { Row } from './rows.ts';
import type { ParseTime } from './timeFormat.ts';

/** Where in a row the parts of a reading are. A column of NDJSON may be a path: `data.temperature`. */
export type Mapping = {
  /** Goes before every device's name that the recording tells. */
  readonly idPrefix?: string | undefined;
  /** Whether it does not matter when it was: a row then needs no time. */
  readonly isTimeless?: boolean | undefined;
  /** Default: one whose name says so, such as `ts` or `time`. */
  readonly time?: string | undefined;
  readonly parseTime: ParseTime;
  readonly deviceColumn?: string | undefined;
  /** Of rows that name none. */
  readonly device: string;
  /** Whether `device` and `region` were asked for, and not only are there. */
  readonly isDeviceGiven: boolean;
  readonly isRegionGiven: boolean;
  readonly regionColumn?: string | undefined;
  readonly region: string;
  readonly type?: string | undefined;
  /** Column of each field of the payload. Default: every column that has no other meaning. */
  readonly fields?: ReadonlyMap<string, string> | undefined;
};

/** A reading as it was recorded. */
export type Recorded = {
  readonly line: number;
  /** When it came, epoch ms: what the pace follows. */
  readonly at: number;
  /** What its device said that the time was, epoch ms. */
  readonly ts: number;
  readonly device: string;
  readonly region: string;
  readonly type?: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type Mapped =
  | { readonly ok: true; readonly reading: Recorded }
  | { readonly ok: false; readonly reason: string };

const timeColumns = ['ts', 'time', 'timestamp', 'date', 'datetime', 'date_time', 'time_stamp', 'at'];
/** What a payload has of its own. */
const reserved = ['ts', 'seq', 'boot', 'type', '__proto__'];
const missing = ['', 'na', 'n/a', 'nan', 'null', 'none', '-'];

const fail = (reason: string): Mapped => ({ ok: false, reason });

type Values = Row['values'];

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of that column, or of that path. */
export const valueAt = (values: Values, column: string): unknown => {
  if (Object.hasOwn(values, column)) return values[column];
  const dot = column.indexOf('.');
  const inner = dot < 0 ? undefined : valueAt(values, column.slice(0, dot));
  return isObject(inner) ? valueAt(inner, column.slice(dot + 1)) : undefined;
};

/** A name that a topic can carry: what it may not have becomes `-`. */
export const asName = (value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const name = String(value)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .trim()
    .replace(/[^a-zA-Z0-9:_-]+/g, '-')
    .slice(0, 128);
  return isName(name) ? name : undefined;
};

/** A cell as JSON has it: a number where it is one, units as they are; undefined for what is missing. */
const measured = (value: unknown): unknown => {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
  if (typeof value !== 'string') return value ?? undefined;
  const text = value.trim();
  if (missing.includes(text.toLowerCase())) return undefined;
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return measured(Number(text));
  return text === 'true' || text === 'false' ? text === 'true' : text;
};

const timeColumnIn = (values: Values): string | undefined => {
  const columns = Object.keys(values);
  for (const name of timeColumns) {
    const column = columns.find((other) => other.toLowerCase() === name);
    if (column !== undefined) return column;
  }
  return undefined;
};

const fieldsOf = (values: Values, mapping: Mapping, time: string | undefined): Record<string, unknown> => {
  const taken = [time, mapping.deviceColumn, mapping.regionColumn, ...reserved];
  const columns =
    mapping.fields ??
    Object.keys(values)
      .filter((name) => !taken.includes(name))
      .map((name) => [name, name] as const);
  const fields: Record<string, unknown> = {};
  for (const [name, column] of columns) {
    const value = measured(valueAt(values, column));
    if (value !== undefined) fields[name] = value;
  }
  return fields;
};

const quoted = (value: unknown): string => JSON.stringify(value).slice(0, 40);

/** When it was, epoch ms, or why that cannot be told. */
const timeOf = (values: Values, time: string | undefined, { parseTime }: Mapping): number | string => {
  if (time === undefined)
    return `has no column that is a time by its name; give one of ${Object.keys(values).slice(0, 12).join(', ')} as --time, or --rate`;
  const value = valueAt(values, time);
  if (value === undefined) return `has no "${time}"`;
  return parseTime(value) ?? `has ${quoted(value)} for a time; say with --time-format how to read it`;
};

/** The name that a device of the recording gets. */
const deviceIn = (value: unknown, { idPrefix = '' }: Mapping): string | undefined => {
  const name = asName(value);
  return name && `${idPrefix}${name}`.slice(0, 128);
};

const mapped = ({ line, values }: Row, mapping: Mapping): Mapped => {
  const time = mapping.time ?? timeColumnIn(values);
  const at = mapping.isTimeless === true ? 0 : timeOf(values, time, mapping);
  if (typeof at === 'string') return fail(at);
  const { deviceColumn, regionColumn } = mapping;
  const device =
    deviceColumn === undefined ? mapping.device : deviceIn(valueAt(values, deviceColumn), mapping);
  if (device === undefined) return fail(`has no name of a device in "${deviceColumn ?? ''}"`);
  const region = regionColumn === undefined ? mapping.region : asName(valueAt(values, regionColumn));
  if (region === undefined) return fail(`has no name of a region in "${regionColumn ?? ''}"`);
  const fields = fieldsOf(values, mapping, time);
  if (Object.keys(fields).length === 0) return fail('has no value');
  const own = valueAt(values, 'type');
  const type = mapping.type ?? (typeof own === 'string' && isName(own) ? own : undefined);
  return { ok: true, reading: { line, at, ts: at, device, region, type, fields } };
};

/** A line of `npm run watch -- --json`. */
const fromWatch = ({ line, values }: Row, mapping: Mapping): Mapped => {
  const { deviceId, region, deviceType, ts, receivedAt, sentAt, source, data } = values;
  if (source === 'snapshot') return fail('is what was known before the window began');
  const at = source === 'live' && typeof receivedAt === 'number' ? receivedAt : sentAt;
  if (typeof deviceId !== 'string' || !isName(deviceId) || typeof region !== 'string' || !isName(region))
    return fail('has no deviceId and region as npm run watch writes them');
  if (typeof ts !== 'number' || typeof at !== 'number' || !isObject(data))
    return fail('has no ts, sentAt and data as npm run watch writes them');
  return {
    ok: true,
    reading: {
      line,
      at,
      ts,
      device: mapping.isDeviceGiven ? mapping.device : `${mapping.idPrefix ?? ''}${deviceId}`.slice(0, 128),
      region: mapping.isRegionGiven ? mapping.region : region,
      type: mapping.type ?? (typeof deviceType === 'string' && isName(deviceType) ? deviceType : undefined),
      fields: data,
    },
  };
};

/** Makes a reading of a row, or says why it is none: `reason` follows "line 7". A recorded live window needs no mapping. */
export const mapRow = (row: Row, mapping: Mapping): Mapped => {
  const isPlain =
    mapping.time === undefined && mapping.deviceColumn === undefined && mapping.fields === undefined;
  return isPlain && row.values['type'] === 'sensor_update' ? fromWatch(row, mapping) : mapped(row, mapping);
};
