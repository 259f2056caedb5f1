import type { FrameOf, FrameType, RequestOf, Action, SensorUpdate } from '../protocol.ts';

const at = 1_795_242_818_793;

const update: SensorUpdate = {
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  deviceType: 'kettle',
  ts: at,
  receivedAt: at + 2,
  boot: 7,
  seq: 3,
  sentAt: at + 20,
  data: { temperature: 21.9 },
  folded: { count: 3, min: { temperature: 21.4 }, max: { temperature: 22.3 } },
};

/** One of each request. */
export const requestExamples: { [A in Action]: RequestOf<A> } = {
  hello: { action: 'hello', id: 'c1', client: 'my viewer' },
  subscribe: {
    action: 'subscribe',
    id: 's1',
    to: { region: 'eu-west' },
    where: [{ field: 'temperature', op: '>', value: 30 }],
    maxRate: 2,
    since: at,
    snapshot: false,
  },
  unsubscribe: { action: 'unsubscribe', id: 's1' },
  subscriptions: { action: 'subscriptions', id: 'c2' },
  history: { action: 'history', id: 'c3', device: 'kettle-1', from: at - 60_000, to: at, limit: 100 },
  note: { action: 'note', id: 'c4', to: { device: 'kettle-1' }, text: 'Descaling it now.' },
  explain: { action: 'explain', id: 'c5', device: 'kettle-1' },
  authenticate: { action: 'authenticate', id: 'c6', token: 'eyJ…' },
  ping: { action: 'ping', id: 'c7', at },
};

/** One of each frame. */
export const frameExamples: { [T in FrameType]: FrameOf<T> } = {
  welcome: {
    type: 'welcome',
    id: 'c1',
    connectionId: 'IThX-SarsRiDTdg=',
    edge: 'serverless',
    serverTime: at,
    closesAt: at + 7_199_000,
    tokenExpiresAt: at + 3_600_000,
    heartbeatMs: 300_000,
    limits: { frameBytes: 32_768, subscriptions: 50, actionsPerSecond: 10, actionsBurst: 20 },
    grants: ['region:eu-west'],
  },
  subscribed: { type: 'subscribed', id: 's1', to: { region: 'eu-west' }, maxRate: 2, at },
  snapshot: {
    type: 'snapshot',
    id: 's1',
    devices: [
      {
        deviceId: 'kettle-1',
        region: 'eu-west',
        deviceType: 'kettle',
        online: true,
        lastSeen: at,
        latest: { ts: at, receivedAt: at + 2, boot: 7, seq: 2, data: { temperature: 21.4 } },
      },
    ],
  },
  snapshot_end: { type: 'snapshot_end', id: 's1', devices: 1, at },
  resumed: { type: 'resumed', id: 's1', recovered: true, readings: 4 },
  live: { type: 'live', id: 's1', at },
  unsubscribed: { type: 'unsubscribed', id: 's1' },
  subscriptions: {
    type: 'subscriptions',
    id: 'c2',
    items: [{ id: 's1', to: { region: 'eu-west' }, maxRate: 2 }],
  },
  history: {
    type: 'history',
    id: 'c3',
    device: 'kettle-1',
    readings: [
      { region: 'eu-west', ts: at, receivedAt: at + 2, boot: 7, seq: 2, data: { temperature: 21.4 } },
    ],
    next: 'MTc5NTI0…',
  },
  noted: { type: 'noted', id: 'c4', at },
  note: { type: 'note', to: { device: 'kettle-1' }, text: 'Descaling it now.', from: 'ada', at },
  explain: {
    type: 'explain',
    id: 'c5',
    device: 'kettle-1',
    delivered: true,
    stages: [{ stage: 'connection', ok: true, detail: 'This connection is known.' }],
  },
  authenticated: {
    type: 'authenticated',
    id: 'c6',
    expiresAt: at + 7_200_000,
    grants: ['region:eu-west'],
  },
  pong: { type: 'pong', id: 'c7', at, serverTime: at + 1 },
  error: {
    type: 'error',
    code: 'rate_limited',
    message: 'Too many requests at once; wait 100 ms.',
    id: 'c8',
    retryAfterMs: 100,
  },
  sensor_update: update,
  sensor_batch: { type: 'sensor_batch', updates: [update] },
  device_status: {
    type: 'device_status',
    deviceId: 'kettle-1',
    region: 'eu-west',
    deviceType: 'kettle',
    online: false,
    at,
  },
  rollover: { type: 'rollover', before: at + 300_000 },
  auth_expiring: { type: 'auth_expiring', at: at + 300_000 },
};
