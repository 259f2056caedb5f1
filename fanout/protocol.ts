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
const finite = z.number(); // JSON knows no other.
const field = z.string().check(z.minLength(1), z.maxLength(limits.fieldCharacters));

export const target = z.union(
  [z.strictObject({ device: name }), z.strictObject({ region: name }), z.strictObject({ type: name })],
  'expected exactly one of {"device":…}, {"region":…} and {"type":…}',
);

/** A condition on one field of a reading's data. `changedBy`: report by exception, against the last update sent. */
const condition = z.union(
  [
    z.strictObject({ field, op: z.enum(['>', '>=', '<', '<=']), value: finite }),
    z.strictObject({
      field,
      op: z.enum(['==', '!=']),
      value: z.union([
        finite,
        z.string().check(z.maxLength(limits.whereTextCharacters)),
        z.boolean(),
        z.null(),
      ]),
    }),
    z.strictObject({ field, op: z.literal('exists'), value: optional(z.boolean()) }),
    z.strictObject({ field, op: z.literal('changedBy'), value: finite.check(z.positive()) }),
  ],
  'expected {"field":…,"op":…,"value":…} with an op of > >= < <= == != exists changedBy and a value that fits it',
);
export type Condition = z.infer<typeof condition>;

const where = z.array(condition).check(z.minLength(1), z.maxLength(limits.conditions));
const maxRate = z.number().check(z.minimum(limits.maxRate.least), z.maximum(limits.maxRate.most));

/** What a client may send, by action. Strict: a misspelt property is an error, not a silent default. */
export const requests = {
  hello: z.strictObject({
    action: z.literal('hello'),
    id: optional(id),
    client: optional(z.string().check(z.maxLength(limits.clientCharacters))),
  }),
  subscribe: z.strictObject({
    action: z.literal('subscribe'),
    id,
    to: target,
    where: optional(where),
    /** Updates per second and device. */
    maxRate: optional(maxRate),
    /** By the server's clock: the newest `serverTime`, `sentAt` or `at` of the connection that was lost. */
    since: optional(epochMs),
    /** The `connectionId` of that connection: what it was still owed then is brought too. */
    previous: optional(z.string().check(z.minLength(1), z.maxLength(limits.connectionIdCharacters))),
    /** Whether the latest reading of each device comes first. Default: yes, unless `since` could be recovered. */
    snapshot: optional(z.boolean()),
  }),
  unsubscribe: z.strictObject({ action: z.literal('unsubscribe'), id }),
  subscriptions: z.strictObject({ action: z.literal('subscriptions'), id: optional(id) }),
  history: z.strictObject({
    action: z.literal('history'),
    id: optional(id),
    device: name,
    /** By the server's clock, inclusive; default: all that is kept. */
    from: optional(epochMs),
    to: optional(epochMs),
    limit: optional(z.int().check(z.minimum(1), z.maximum(limits.historyReadings))),
    /** The `next` of the page before. */
    after: optional(
      z.string().check(z.regex(/^\d{13}#[0-9a-f]{16}$/, 'expected the `next` of an earlier page')),
    ),
  }),
  /** Longer texts parse, so that they get an error of their own. */
  note: z.strictObject({
    action: z.literal('note'),
    id: optional(id),
    to: target,
    text: z.string().check(z.minLength(1)),
  }),
  explain: z.strictObject({ action: z.literal('explain'), id: optional(id), device: name }),
  authenticate: z.strictObject({
    action: z.literal('authenticate'),
    id: optional(id),
    token: z.string().check(z.minLength(1)),
  }),
  ping: z.strictObject({ action: z.literal('ping'), id: optional(id), at: optional(epochMs) }),
};

export type Action = keyof typeof requests;
export type RequestOf<A extends Action> = z.infer<(typeof requests)[A]>;
export type Request = { [A in Action]: RequestOf<A> }[Action];

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
  'rate_limited',
  'token_expired',
  'token_refused',
  'note_too_long',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

const data = z.record(z.string(), z.json());

/** What names and dates one reading. */
const stamps = {
  /** By the device's clock; equal to receivedAt where it sent none. */
  ts: z.number(),
  /** When the rules engine had it. */
  receivedAt: epochMs,
  boot: optional(count),
  seq: optional(count),
};

const device = { deviceId: name, region: name, deviceType: optional(name) };
const numbers = z.record(z.string(), z.number());

/** One reading, or several of one device folded into the newest. It says nothing about the viewer, so that one serialization serves all. */
const sensorUpdate = z.object({
  type: z.literal('sensor_update'),
  ...device,
  ...stamps,
  /** When it was sent on. */
  sentAt: epochMs,
  data,
  /** How many readings this stands for, itself included, and the least and greatest of every numeric field. */
  folded: optional(z.object({ count, min: numbers, max: numbers })),
});

const subscriptionItem = z.object({ id, to: target, where: optional(where), maxRate: optional(maxRate) });

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
    /** When the token expires; `authenticate` before then. */
    tokenExpiresAt: epochMs,
    /** How often a client must say something to stay connected, in ms. */
    heartbeatMs: count,
    limits: z.object({
      frameBytes: count,
      subscriptions: count,
      actionsPerSecond: count,
      actionsBurst: count,
    }),
    grants: z.array(z.string()),
  }),
  /** What is recorded from `at` on is owed to it: a connection lost before `live` is gone on with from there. */
  subscribed: z.object({ type: z.literal('subscribed'), ...subscriptionItem.shape, at: epochMs }),
  /** A page of the devices of a subscription, each with its newest reading. */
  snapshot: z.object({
    type: z.literal('snapshot'),
    id,
    devices: z.array(
      z.object({
        ...device,
        /** Absent where nobody knows: a device behind a gateway has no connection of its own. */
        online: optional(z.boolean()),
        lastSeen: epochMs,
        latest: z.object({ ...stamps, data }),
      }),
    ),
  }),
  /** `devices` counts those of all pages. */
  snapshot_end: z.object({ type: z.literal('snapshot_end'), id, devices: count, at: epochMs }),
  /** Whether everything since `since` was replayed; if not, a fresh snapshot follows and what is missing is lost to this viewer. */
  resumed: z.object({ type: z.literal('resumed'), id, recovered: z.boolean(), readings: count }),
  /** From `at` on the subscription misses nothing. */
  live: z.object({ type: z.literal('live'), id, at: epochMs }),
  unsubscribed: z.object({ type: z.literal('unsubscribed'), id }),
  subscriptions: z.object({
    type: z.literal('subscriptions'),
    id: optional(id),
    items: z.array(subscriptionItem),
  }),
  history: z.object({
    type: z.literal('history'),
    id: optional(id),
    device: name,
    /** The oldest first, as the server recorded them. */
    readings: z.array(z.object({ region: name, deviceType: optional(name), ...stamps, data })),
    /** There is more: ask again with this as `after`. */
    next: optional(z.string()),
  }),
  /** The sender's receipt. */
  noted: z.object({ type: z.literal('noted'), id: optional(id), at: epochMs }),
  note: z.object({ type: z.literal('note'), to: target, text: z.string(), from: z.string(), at: epochMs }),
  explain: z.object({
    type: z.literal('explain'),
    id: optional(id),
    device: name,
    /** Whether readings of it come as things are. */
    delivered: z.boolean(),
    stages: z.array(
      z.object({
        stage: z.enum(['connection', 'token', 'device', 'grants', 'subscriptions', 'where', 'rate']),
        ok: z.boolean(),
        /** One sentence for people. */
        detail: z.string(),
      }),
    ),
  }),
  authenticated: z.object({
    type: z.literal('authenticated'),
    id: optional(id),
    expiresAt: epochMs,
    grants: z.array(z.string()),
  }),
  pong: z.object({ type: z.literal('pong'), id: optional(id), at: optional(epochMs), serverTime: epochMs }),
  error: z.object({
    type: z.literal('error'),
    code: z.enum(errorCodes),
    /** One sentence that says what to do. */
    message: z.string(),
    id: optional(id),
    /** Not before so many ms. */
    retryAfterMs: optional(count),
  }),
  sensor_update: sensorUpdate,
  /** Several at once, the oldest first. */
  sensor_batch: z.object({ type: z.literal('sensor_batch'), updates: z.array(sensorUpdate) }),
  device_status: z.object({ type: z.literal('device_status'), ...device, online: z.boolean(), at: epochMs }),
  /** The edge will cut this connection at `before`: open another one first. */
  rollover: z.object({ type: z.literal('rollover'), before: epochMs }),
  /** The token expires, or expired, at `at`: `authenticate` with a newer one. */
  auth_expiring: z.object({ type: z.literal('auth_expiring'), at: epochMs }),
};

export type FrameType = keyof typeof frames;
export type FrameOf<T extends FrameType> = z.infer<(typeof frames)[T]>;
export type Frame = { [T in FrameType]: FrameOf<T> }[FrameType];
export type ErrorFrame = FrameOf<'error'>;
export type SubscriptionItem = FrameOf<'subscriptions'>['items'][number];
export type SensorUpdate = FrameOf<'sensor_update'>;

export type SnapshotDevice = FrameOf<'snapshot'>['devices'][number];
export type HistoryReading = FrameOf<'history'>['readings'][number];

/** @param more `id` of the request, where it had one; `retryAfterMs` where waiting helps. */
export const errorFrame = (
  code: ErrorCode,
  message: string,
  more: { id?: string | undefined; retryAfterMs?: number } = {},
): ErrorFrame => ({
  type: 'error',
  code,
  message,
  ...(more.id === undefined ? {} : { id: more.id }),
  ...(more.retryAfterMs === undefined ? {} : { retryAfterMs: more.retryAfterMs }),
});
