import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { parsePayload } from './payload.ts';
import { fromBase64, isObject, toDecimal, toInt, toText, type Value } from './value.ts';

/** What the functions know of the message besides its attributes. */
export type MessageContext = { topic: string; clientId: string; timestamp: number };

type SqlFunction = (args: Value[], message: MessageContext) => Value;

/** On the text of the arguments; Undefined as soon as one has none. */
const onText =
  (apply: (...texts: string[]) => Value) =>
  (args: Value[]): Value => {
    const texts = args.map(toText);
    return texts.length === apply.length && texts.every((text) => text !== undefined)
      ? apply(...texts)
      : undefined;
  };

const onNumber =
  (apply: (number: number) => number) =>
  ([value]: Value[]): Value => {
    const number = toDecimal(value);
    return number === undefined ? undefined : apply(number);
  };

/** The functions by name in lower case (AWS IoT developer guide, "Functions"). Wrong arguments give Undefined. */
const functions = new Map<string, SqlFunction>([
  ['topic', (args, { topic }) => (args.length === 0 ? topic : levelOf(topic, args[0]))],
  ['clientid', (_args, { clientId }) => clientId],
  ['timestamp', (_args, { timestamp }) => timestamp],
  ['newuuid', () => randomUUID()],
  ['encode', ([value]) => encode(value)],
  ['decode', ([value]) => decode(value)],
  ['get', ([container, key]) => get(container, key)],
  ['isundefined', ([value]) => value === undefined],
  ['isnull', ([value]) => value === null],
  ['concat', (args) => concat(args)],
  ['lower', onText((text: string) => text.toLowerCase())],
  ['upper', onText((text: string) => text.toUpperCase())],
  ['length', onText((text: string) => text.length)],
  ['startswith', onText((text: string, start: string) => text.startsWith(start))],
  ['endswith', onText((text: string, end: string) => text.endsWith(end))],
  // -1 for "not found" is unverified.
  ['indexof', onText((text: string, part: string) => text.indexOf(part))],
  ['abs', onNumber(Math.abs)],
  ['ceil', onNumber(Math.ceil)],
  ['floor', onNumber(Math.floor)],
  ['round', onNumber(Math.round)],
]);

export const isFunction = (name: string): boolean => functions.has(name);

/** Calls a function that `isFunction` knows. */
export const callFunction = (name: string, args: Value[], message: MessageContext): Value =>
  functions.get(name)?.(args, message);

/** Levels count from 1: `topic(1)` of `a/b` is `a`. */
const levelOf = (topic: string, level: Value): Value => {
  const number = toInt(level);
  return number === undefined ? undefined : topic.split('/')[number - 1];
};

const encode = (value: Value): Value => {
  const text = toText(value);
  return text === undefined ? undefined : Buffer.from(text).toString('base64');
};

/** A JSON document becomes the value it holds, other text stays text, what cannot be decoded is Null. */
const decode = (value: Value): Value => {
  const text = toText(value);
  if (text === undefined) return undefined;
  const bytes = fromBase64(text);
  return bytes === undefined ? null : (parsePayload(bytes) ?? bytes.toString());
};

/** Indexes count from 0; outside the bounds the result is Undefined. */
const get = (container: Value, key: Value): Value => {
  if (isObject(container))
    return typeof key === 'string' && Object.hasOwn(container, key) ? container[key] : undefined;
  const index = toInt(key);
  if (index === undefined || (!Array.isArray(container) && typeof container !== 'string')) return undefined;
  return container[index];
};

const concat = (args: Value[]): Value => {
  if (args.length < 2) return args[0];
  if (args.some(Array.isArray)) return args.flat(1);
  const texts = args.map(toText);
  const joinable = args.some((arg) => typeof arg === 'string') && texts.every((text) => text !== undefined);
  return joinable ? texts.join('') : undefined;
};
