import WebSocket from 'ws';
import {
  TelemetryClient,
  type ClientOptions,
  type SubscribeOptions,
  type Target,
} from '../../fanout/client/telemetryClient.ts';
import type { Local } from '../../infra/local/startLocal.ts';
import { disorderedIn } from './stream.ts';

/** The sockets that a client has open, so that a test can count them and cut them. */
export type Sockets = {
  readonly WebSocket: new (url: string, protocols?: string[]) => WebSocket;
  /** The most that were open at once. One that its client closes counts no longer, though the server may dawdle. */
  most: () => number;
  /** Ends them all at once and without a word, as a network does. */
  cut: () => void;
};

export const countedSockets = (): Sockets => {
  const open = new Set<WebSocket>();
  let most = 0;
  class Counted extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      this.on('open', () => {
        open.add(this);
        most = Math.max(most, open.size);
      });
      this.on('close', () => open.delete(this));
    }

    override close(code?: number, reason?: string): void {
      open.delete(this);
      super.close(code, reason);
    }
  }
  return {
    WebSocket: Counted,
    most: () => most,
    cut: () => open.forEach((socket) => socket.terminate()),
  };
};

export type Viewer = {
  readonly client: TelemetryClient;
  readonly sockets: Sockets;
  /** The `seq`s handed out of the device, in that order. */
  readonly handed: (deviceId: string) => readonly number[];
  /** The newest `seq` of the last 50 handed out of the device, -1 before the first. */
  readonly newest: (deviceId: string) => number;
  /** What came after a newer one of its device and was not marked `late`. */
  readonly disordered: () => readonly string[];
  /** What was told instead of handing readings out. */
  readonly excuses: () => readonly string[];
  /** Resolves once that reading was handed out; rejects after `withinMs`. */
  readonly until: (deviceId: string, seq: number, withinMs: number) => Promise<void>;
};

/** A client that keeps what it was handed. */
export const openViewer = (
  local: Pick<Local, 'webSocketUrl' | 'sign'>,
  subject: string,
  options: Partial<ClientOptions> = {},
): Viewer => {
  const sockets = countedSockets();
  const client = new TelemetryClient({
    url: local.webSocketUrl,
    token: () => local.sign({ subject, groups: ['*'], expiresIn: '12h' }),
    WebSocket: sockets.WebSocket,
    ...options,
  });
  const handed = new Map<string, { seq: number; late: true | undefined }[]>();
  const excuses: string[] = [];
  const waiting = new Set<() => void>();
  client.on('update', ({ deviceId, seq = -1, late }) => {
    const updates = handed.get(deviceId) ?? [];
    handed.set(deviceId, updates);
    updates.push({ seq, late });
    for (const look of [...waiting]) look();
  });
  client.on('gap', (gap) => excuses.push(`gap ${JSON.stringify(gap)}`));
  client.on('resumed', ({ recovered }) => recovered || excuses.push('not recovered'));
  const of = (deviceId: string): readonly number[] => (handed.get(deviceId) ?? []).map(({ seq }) => seq);

  const until = (deviceId: string, seq: number, withinMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (finish: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        finish();
      };
      const look = (): void => {
        if (of(deviceId).some((one) => one >= seq)) done(resolve);
      };
      const late = new Error(`${deviceId} ${seq} was not handed out within ${withinMs} ms (${client.state})`);
      const timer = setTimeout(() => done(() => reject(late)), withinMs);
      waiting.add(look);
      look();
    });

  return {
    client,
    sockets,
    handed: of,
    newest: (deviceId) => Math.max(-1, ...of(deviceId).slice(-50)),
    disordered: () =>
      [...handed].flatMap(([deviceId, updates]) => disorderedIn(updates).map((seq) => `${deviceId} ${seq}`)),
    excuses: () => excuses,
    until,
  };
};

/** Subscribes and waits for `live`. */
export const subscribeLive = async (
  { client }: Viewer,
  to: Target,
  options: SubscribeOptions = {},
): Promise<void> => {
  const lives = new Set<string>();
  let heard = (): void => undefined;
  const stop = client.on('live', ({ id }) => {
    lives.add(id);
    heard();
  });
  const answer = await client.subscribe(to, options);
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  while (!lives.has(answer.subscription.id)) await new Promise<void>((resolve) => (heard = resolve));
  stop();
};

/** The last few, for people. */
export const excusesOf = ({ excuses }: Viewer): string => excuses().slice(-5).join('; ') || 'in silence';
