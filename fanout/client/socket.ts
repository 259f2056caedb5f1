import ReconnectingWebSocket from 'partysocket/ws';
import { bearerPrefix, subprotocol } from '../protocol.ts';
import { waitBefore } from './backOff.ts';
import { after, wallClock, type ClientClock } from './clock.ts';

/** What the browser's WebSocket and that of `ws` have in common, as far as it is needed. */
export type WebSocketConstructor = new (url: string, protocols?: string[]) => unknown;

export type SocketOptions = {
  url: string;
  /** Asked for a token before every attempt. */
  token: () => Promise<string>;
  /** Needed where there is no global WebSocket (Node before 22). */
  WebSocket?: WebSocketConstructor;
  /** Default: that of the computer. */
  clock?: ClientClock;
};

export type SocketEvents = {
  opened: () => void;
  message: (text: unknown) => void;
  /** The open connection ended. The next attempt follows by itself. */
  lost: () => void;
  /** No WebSocket came about. `status` is the answer's HTTP status, which no browser tells. */
  handshakeFailed: (status: number | undefined) => void;
  tokenFailed: (message: string) => void;
  /** The next attempt follows in so many ms. */
  waiting: (ms: number, failures: number) => void;
};

export type Socket = {
  /** False if there is no open connection; nothing is queued. */
  send: (text: string) => boolean;
  /** The connection is of use; once it has been for 5 s, the back-off begins anew. */
  settled: () => void;
  /** If an attempt is being waited for, it is made now. */
  hurry: () => void;
  /** Ends a connection that is of no use any more, so that another is made. */
  drop: () => void;
  close: () => void;
};

const settledAfterMs = 5_000;

/** The text of `ws`; browsers give an event without a reason. */
const statusIn = (message: unknown): number | undefined =>
  Number(/^Unexpected server response: (\d{3})$/.exec(String(message))?.[1]) || undefined;

/** A pause that can be cut short. */
const pauses = (clock: ClientClock) => {
  let end = (): void => undefined;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = after(clock, ms, resolve);
      end = () => {
        cancel();
        resolve();
      };
    });
  return { pause, cut: () => end() };
};

/**
 * A WebSocket that connects again by itself, until closed. partysocket's own delays grow but have no jitter, so they
 * are off; the wait is in the function that gives it the subprotocols, which it awaits before every attempt.
 */
export const openSocket = (
  { url, token, WebSocket, clock = wallClock }: SocketOptions,
  events: SocketEvents,
): Socket => {
  let stage: 'waiting' | 'token' | 'handshake' | 'open' = 'waiting';
  let failures = 0;
  let unsettle = (): void => undefined;
  const { pause, cut } = pauses(clock);

  const protocols = async (): Promise<string[]> => {
    stage = 'waiting';
    const ms = waitBefore(failures++, Math.random());
    if (ms > 0) {
      events.waiting(ms, failures - 1);
      await pause(ms);
    }
    stage = 'token';
    const offered = [subprotocol, bearerPrefix + (await token())];
    stage = 'handshake';
    return offered;
  };

  const socket = new ReconnectingWebSocket(url, protocols, {
    minReconnectionDelay: 0,
    maxReconnectionDelay: 0,
    connectionTimeout: 10_000,
    maxEnqueuedMessages: 0,
    ...(WebSocket === undefined ? {} : { WebSocket }),
  });

  socket.addEventListener('open', () => {
    stage = 'open';
    events.opened();
  });
  socket.addEventListener('message', ({ data }) => events.message(data));
  socket.addEventListener('close', () => {
    unsettle();
    // A handshake that fails brings a `close` too; it is told by its `error`.
    if (stage === 'open') events.lost();
  });
  // Comes after the `close` of the same failure, and before the next attempt begins.
  socket.addEventListener('error', ({ message }) => {
    // Some failures come without a message, whatever the type says.
    if (stage === 'token') events.tokenFailed(message || 'whoever gives tokens does not answer.');
    if (stage === 'handshake') events.handshakeFailed(statusIn(message));
  });

  return {
    send: (text) => socket.send(text),
    settled: () => {
      unsettle();
      // Not 0: viewers cut together must not come back together.
      unsettle = after(clock, settledAfterMs, () => (failures = 1));
    },
    hurry: cut,
    drop: () => socket.reconnect(),
    close: () => {
      unsettle();
      socket.close();
      cut();
    },
  };
};
