import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from '../clock.ts';
import type { ConnectionInfo } from './events.ts';
import { frameWatch } from './frameWatch.ts';
import { startLifetime } from './lifetime.ts';
import type { Limits } from './limits.ts';
import type { Traffic } from './traffic.ts';

/** One open WebSocket connection. */
export type Connection = {
  info: ConnectionInfo;
  /** Epoch ms of the last data frame, either way. */
  lastActiveAt: () => number;
  /** Sends a text frame. `busy`: the reader is too slow and nothing was sent; `gone`: the socket is closing. */
  send: (data: string | Buffer) => 'sent' | 'busy' | 'gone';
  /** Starts the closing handshake from our side and says so to the listener at once. */
  end: (code: number, reason: string) => void;
  /** Cuts the socket without a word. */
  terminate: () => void;
};

export type ConnectionListener = {
  onMessage: (text: string) => void;
  /** Exactly once. Codes of RFC 6455, section 7.4; 1005 and 1006 as API Gateway reports them. */
  onClosed: (code: number, reason: string) => void;
};

/** Close codes that `ws` sends for what it refuses, by its error code; every other refusal is 1002. */
const refusals: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};

/** Wraps an upgraded, paused socket: keeps its limits (frame and message size, idle, age) and counts its activity. */
export const openConnection = (
  { clock, limits, traffic }: { clock: Clock; limits: Limits; traffic: Traffic },
  ws: WebSocket,
  socket: Duplex,
  info: ConnectionInfo,
  { onMessage, onClosed }: ConnectionListener,
): Connection => {
  let lastActiveAt = clock.now();
  let open = true;
  let partialTimer: NodeJS.Timeout | undefined;
  traffic.opened();

  const closed = (code: number, reason: string): void => {
    if (!open) return;
    open = false;
    traffic.closed();
    stopLifetime();
    clearTimeout(partialTimer);
    onClosed(code, reason);
  };
  const end = (code: number, reason: string): void => {
    if (open) ws.close(code, reason);
    closed(code, reason);
  };
  const stopLifetime = startLifetime(
    clock,
    limits,
    () => lastActiveAt,
    () => end(1001, 'Going away'),
  );

  const isData = (opcode: number): boolean => opcode === 1 || opcode === 2;
  const watch = frameWatch(({ opcode, length }) => {
    if (length > limits.frameBytes) end(1009, '');
    else if (isData(opcode) && open)
      partialTimer ??= setTimeout(() => end(1008, ''), limits.partialMessageMs).unref();
  });
  // Before the listener of ws, so that a frame is judged before any of it is delivered.
  socket.prependListener('data', watch);
  socket.resume();

  ws.on('message', (data: RawData, isBinary: boolean) => {
    clearTimeout(partialTimer);
    partialTimer = undefined;
    if (!open) return;
    lastActiveAt = clock.now();
    if (isBinary) end(1003, '');
    // A cast, since with the default binaryType ws always hands over a Buffer.
    else {
      traffic.received((data as Buffer).length);
      onMessage((data as Buffer).toString());
    }
  });
  ws.on('error', (error: Error & { code?: string }) => {
    const ours = error.code?.startsWith('WS_ERR_') ?? false;
    closed(ours ? (refusals[error.code ?? ''] ?? 1002) : 1006, '');
  });
  ws.on('close', (code: number, reason: Buffer) =>
    closed(code, code === 1005 ? 'Client-side close frame status not set' : reason.toString()),
  );

  const send = (data: string | Buffer): 'sent' | 'busy' | 'gone' => {
    if (!open || ws.readyState !== WebSocket.OPEN) return 'gone';
    if (ws.bufferedAmount > limits.bufferedBytes) return 'busy';
    lastActiveAt = clock.now();
    const text = asText(data);
    // An error of this one write is the socket's, and arrives as its 'error' and 'close'.
    ws.send(text, { binary: false }, () => undefined);
    traffic.sent(Buffer.byteLength(text));
    return 'sent';
  };
  return { info, lastActiveAt: () => lastActiveAt, send, end, terminate: () => ws.terminate() };
};

/** A text frame must be UTF-8 (RFC 6455, section 5.6); what is not is mended with U+FFFD (AWS: not known). */
const asText = (data: string | Buffer): string | Buffer =>
  typeof data === 'string' || isUtf8(data) ? data : data.toString();
