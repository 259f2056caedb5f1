import { afterEach, beforeEach, vi } from 'vitest';
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

/** Fake timers for the tests of a file, and no jitter: waits that are drawn by chance are as short as they get. */
export const useFakeTime = (): void => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
};

/** Lets so many ms go by, and all that happens in them. */
export const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

/** A client that is live on eu-west. */
export const live = async (edge: ScriptedEdge, options: Partial<ClientOptions> = {}) => {
  const viewer = watched(edge, options);
  const answer = viewer.client.subscribe({ region: 'eu-west' });
  await pass(2_000);
  const result = await answer;
  if (!result.ok) throw new Error(result.error.message);
  return { ...viewer, subscription: result.subscription };
};

/** Pseudo-random numbers from 0 to below 1, the same in every run. */
export const pseudoRandom = (seed: number) => (): number =>
  (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
