import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** A socket whose handshake is not answered yet. */
export type HeldSocket = {
  /** Whether the client has given up. */
  gone: () => boolean;
  /** Answers with an HTTP status instead of an upgrade, and closes. */
  refuse: (status: number, headers: Readonly<Record<string, string>>, body: string) => void;
  /** Gives the socket back, paused, with the bytes that came meanwhile. */
  release: () => Buffer;
};

/**
 * Holds a socket while authorizer and `$connect` run. It goes on reading, since only so it hears that the client left;
 * a client that sends more than `maxEarlyBytes` before it has been answered is cut off.
 */
export const holdSocket = (socket: Duplex, head: Buffer, maxEarlyBytes: number): HeldSocket => {
  const early = [head];
  let bytes = head.length;
  let gone = false;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxEarlyBytes) socket.destroy();
    else early.push(chunk);
  };
  const onGone = (): void => {
    gone = true;
    socket.destroy();
  };
  socket.on('data', onData).on('end', onGone).on('close', onGone);
  // Stays for good: an error without a listener would end the process.
  socket.on('error', onGone);
  return {
    gone: () => gone || socket.destroyed,
    refuse: (status, headers, body) => {
      socket.once('finish', () => socket.destroy());
      socket.end(httpAnswer(status, headers, body));
    },
    release: () => {
      socket.pause();
      socket.off('data', onData).off('end', onGone).off('close', onGone);
      return Buffer.concat(early);
    },
  };
};

const httpAnswer = (status: number, headers: Readonly<Record<string, string>>, body: string): string => {
  const all = { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
};
