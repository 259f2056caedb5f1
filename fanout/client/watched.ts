import { TelemetryClient, type ClientError, type ClientOptions } from './telemetryClient.ts';
import type { ClientEvents, ClientState, Update } from './telemetryClient.ts';
import type { ScriptedEdge } from './scriptedEdge.ts';

/** A client of a scripted edge that writes down what it tells, for tests. */
export const watched = (edge: Pick<ScriptedEdge, 'WebSocket'>, options: Partial<ClientOptions> = {}) => {
  const client = new TelemetryClient({
    url: 'ws://edge.test',
    token: () => Promise.resolve('t0ken'),
    WebSocket: edge.WebSocket,
    ...options,
  });
  const states: ClientState[] = [];
  const updates: Update[] = [];
  const errors: ClientError[] = [];
  const gaps: ClientEvents['gap'][] = [];
  const filled: ClientEvents['gapFilled'][] = [];
  const resumed: ClientEvents['resumed'][] = [];
  const snapshots: ClientEvents['snapshot'][] = [];
  client.on('state', (state) => states.push(state));
  client.on('update', (update) => updates.push(update));
  client.on('error', (error) => errors.push(error));
  client.on('gap', (gap) => gaps.push(gap));
  client.on('gapFilled', (gap) => filled.push(gap));
  client.on('resumed', (event) => resumed.push(event));
  client.on('snapshot', (event) => snapshots.push(event));
  const seqs = (): (number | undefined)[] => updates.map(({ seq }) => seq);
  return { client, states, updates, errors, gaps, filled, resumed, snapshots, seqs };
};

/** A reading of kettle-1 in eu-west. */
export const reading = (seq: number, more: Partial<Update> = {}) => ({
  deviceId: 'kettle-1',
  region: 'eu-west',
  deviceType: 'kettle',
  ts: Date.now(),
  receivedAt: Date.now(),
  boot: 1,
  seq,
  data: { temperature: seq },
  ...more,
});
