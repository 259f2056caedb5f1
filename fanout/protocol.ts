import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { idPattern, namePattern } from './names.ts';

/**
 * The WebSocket contract `fieldcast.v1`: what a client may say and what it hears. The schemas are the types.
 * For people: PROTOCOL.md.
 */
export const subprotocol = 'fieldcast.v1';

/** A browser cannot set headers on a WebSocket, so its token travels as a second subprotocol with this prefix. */
export const bearerPrefix = 'bearer.';

const id = z
  .string()
  .check(
    z.regex(idPattern, 'expected 1 to 64 letters, digits, ".", "_", ":" or "-", a letter or digit first'),
  );
const name = z.string().check(z.regex(namePattern, 'expected 1 to 128 letters, digits, ":", "_" or "-"'));
const count = z.number().check(z.int(), z.nonnegative());
const epochMs = count;
const optional = z.exactOptional;

export const target = z.union(
  [z.strictObject({ device: name }), z.strictObject({ region: name }), z.strictObject({ type: name })],
  'expected exactly one of {"device":…}, {"region":…} and {"type":…}',
);

/** What a client may send, by action. Strict: a misspelt property is an error, not a silent default. */
export const requests = {
  hello: z.strictObject({
    action: z.literal('hello'),
    id: optional(id),
    client: optional(z.string().check(z.maxLength(limits.clientCharacters))),
  }),
  subscribe: z.strictObject({ action: z.literal('subscribe'), id, to: target }),
  unsubscribe: z.strictObject({ action: z.literal('unsubscribe'), id }),
  subscriptions: z.strictObject({ action: z.literal('subscriptions'), id: optional(id) }),
  ping: z.strictObject({ action: z.literal('ping'), id: optional(id), at: optional(epochMs) }),
};

export type Action = keyof typeof requests;
export type Request = { [A in Action]: z.infer<(typeof requests)[A]> }[Action];

/** Every action. Each is a route key of the WebSocket API. */
export const actions = Object.keys(requests) as Action[]; // Object.keys forgets the key type

/** The closed set of error codes. Each has its paragraph in PROTOCOL.md; a test holds the two together. */
export const errorCodes = [
  'bad_message',
  'unknown_action',
  'not_granted',
  'id_in_use',
  'unknown_subscription',
  'too_many_subscriptions',
  'unknown_connection',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What a server sends, by type. Not strict: a client ignores what it does not know yet. */
export const frames = {
  welcome: z.object({
    type: z.literal('welcome'),
    id: optional(id),
    connectionId: z.string(),
    edge: z.enum(['serverless', 'container']),
    /** By the server's clock. */
    serverTime: epochMs,
    /** When the edge will cut this connection. */
    closesAt: epochMs,
    /** How often a client must say something to stay connected, in ms. */
    heartbeatMs: count,
    limits: z.object({ frameBytes: count, subscriptions: count }),
    grants: z.array(z.string()),
  }),
  subscribed: z.object({ type: z.literal('subscribed'), id, to: target }),
  unsubscribed: z.object({ type: z.literal('unsubscribed'), id }),
  subscriptions: z.object({
    type: z.literal('subscriptions'),
    id: optional(id),
    items: z.array(z.object({ id, to: target })),
  }),
  pong: z.object({ type: z.literal('pong'), id: optional(id), at: optional(epochMs), serverTime: epochMs }),
  error: z.object({
    type: z.literal('error'),
    code: z.enum(errorCodes),
    /** One sentence that says what to do. */
    message: z.string(),
    id: optional(id),
  }),
  /** One reading. It says nothing about the viewer, so that one serialization serves every viewer. */
  sensor_update: z.object({
    type: z.literal('sensor_update'),
    deviceId: name,
    region: name,
    deviceType: optional(name),
    /** By the device's clock; equal to receivedAt where it sent none. */
    ts: z.number(),
    /** When the rules engine had it. */
    receivedAt: epochMs,
    /** When the filter sent it on. */
    sentAt: epochMs,
    boot: optional(count),
    seq: optional(count),
    data: z.record(z.string(), z.json()),
  }),
};

export type FrameType = keyof typeof frames;
export type FrameOf<T extends FrameType> = z.infer<(typeof frames)[T]>;
export type Frame = { [T in FrameType]: FrameOf<T> }[FrameType];
export type ErrorFrame = FrameOf<'error'>;
export type SubscriptionItem = FrameOf<'subscriptions'>['items'][number];
export type SensorUpdate = FrameOf<'sensor_update'>;

export const errorFrame = (code: ErrorCode, message: string, id?: string): ErrorFrame => ({
  type: 'error',
  code,
  message,
  ...(id === undefined ? {} : { id }),
});
