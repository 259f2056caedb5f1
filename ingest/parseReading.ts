import { isName } from '../fanout/names.ts';
import type { JsonValue, Reading } from '../fanout/reading.ts';
import { limits } from './limits.ts';
import type { RejectReason } from './rejectReasons.ts';
import { parseTopic } from './topic.ts';

/** A device's message as the rule hands it on. */
export type Message = {
  readonly topic: string;
  /** The exact bytes that were published. */
  readonly payload: Uint8Array;
  /** Epoch ms at the rules engine. */
  readonly receivedAt: number;
};

export type ParsedReading = { ok: true; reading: Reading } | { ok: false; reason: RejectReason };

type JsonObject = Record<string, JsonValue>;
type Field<T> = { value: T } | 'bad';

const reject = (reason: RejectReason): ParsedReading => ({ ok: false, reason });

/** Keeps a byte order mark, which JSON.parse then refuses (RFC 8259, 8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** JSON.parse takes any depth, JSON.stringify overflows the stack on it: so the depth is measured before parsing. */
const isTooDeep = (text: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > limits.depth) return true;
  }
  return false;
};

const parseJson = (text: string): JsonValue | undefined => {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
};

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFieldName = (name: string): boolean =>
  name !== '' && name.length <= limits.fieldNameCharacters && name !== '__proto__';

/** What is wrong with a value, its members included. 1e400 parses to Infinity, 2^53 + 1 loses its last digit: both would be another number than the device sent. */
const faultIn = (value: JsonValue): 'bad_number' | 'bad_field_name' | undefined => {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? undefined : 'bad_number';
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && !Object.keys(value).every(isFieldName)) return 'bad_field_name';
  for (const member of Object.values(value)) {
    const fault = faultIn(member);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** ISO 8601 with a time zone: without one, the answer would depend on where the code runs. */
const iso8601 = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** Date.parse takes 31 February for 3 March. */
const isInstant = (text: string): boolean => {
  const midnight = Date.parse(text.slice(0, 10));
  return (
    iso8601.test(text) && midnight >= 0 && new Date(midnight).toISOString().startsWith(text.slice(0, 10))
  );
};

/** The furthest instant that a Date can hold (ECMA-262, 21.4.1.1). */
const maxEpochMs = 8.64e15;

const timestamp = (value: JsonValue | undefined, receivedAt: number): Field<number> => {
  if (value === undefined) return { value: receivedAt };
  const ms = typeof value === 'string' && isInstant(value) ? Date.parse(value) : value;
  return typeof ms === 'number' && ms >= 0 && ms <= maxEpochMs ? { value: Math.trunc(ms) } : 'bad';
};

const counter = (value: JsonValue | undefined): Field<number | undefined> =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0)
    ? { value: value as number | undefined } // isSafeInteger has no type guard
    : 'bad';

const typeName = (value: JsonValue | undefined): Field<string | undefined> =>
  value === undefined || (typeof value === 'string' && isName(value)) ? { value } : 'bad';

/** JSON.stringify can write a number in up to four times the characters it was sent in (`9e15`). */
const maxGrowth = 4;

const growsTooLarge = (data: JsonObject, payload: Uint8Array): boolean =>
  payload.length * maxGrowth > limits.payloadBytes &&
  new TextEncoder().encode(JSON.stringify(data)).length > limits.payloadBytes;

type Who = Pick<Reading, 'region' | 'deviceId'>;

const readingOf = (who: Who, fields: JsonObject, { payload, receivedAt }: Message): ParsedReading => {
  const { ts: tsField, seq: seqField, boot: bootField, type: typeField, ...data } = fields;
  const ts = timestamp(tsField, receivedAt);
  if (ts === 'bad') return reject('bad_ts');
  const seq = counter(seqField);
  if (seq === 'bad') return reject('bad_seq');
  const boot = counter(bootField);
  if (boot === 'bad') return reject('bad_boot');
  const type = typeName(typeField);
  if (type === 'bad') return reject('bad_type');
  if (growsTooLarge(data, payload)) return reject('too_large');
  const reading: Reading = {
    ...who,
    ...(type.value === undefined ? {} : { deviceType: type.value }),
    ts: ts.value,
    receivedAt,
    ...(boot.value === undefined ? {} : { boot: boot.value }),
    ...(seq.value === undefined ? {} : { seq: seq.value }),
    data,
  };
  return { ok: true, reading };
};

/**
 * Makes a Reading of a device's message, or says why it is none. Cheapest check first, so that a hostile message costs
 * little: topic, size, UTF-8, depth, JSON, then the fields. Never throws, whatever the bytes.
 */
export const parseReading = (message: Message): ParsedReading => {
  const { topic, payload } = message;
  const who = parseTopic(topic);
  if (who === undefined) return reject('bad_topic');
  if (payload.length > limits.payloadBytes) return reject('too_large');
  const text = decode(payload);
  if (text === undefined) return reject('bad_utf8');
  if (isTooDeep(text)) return reject('too_deep');
  const json = parseJson(text);
  if (json === undefined) return reject('bad_json');
  if (!isObject(json)) return reject('not_an_object');
  if (Object.keys(json).length > limits.fields) return reject('too_many_fields');
  const fault = faultIn(json);
  return fault === undefined ? readingOf(who, json, message) : reject(fault);
};
