import { once } from 'node:events';
import WebSocket from 'ws';
import type { Frame, FrameOf, FrameType } from '../fanout/protocol.ts';

/** A foreign client: a plain WebSocket that knows nothing but the wire. */
export type Viewer = {
  send: (message: object | string) => void;
  /** The next frame of this type, whatever else comes before it. */
  next: <T extends FrameType>(type: T) => Promise<FrameOf<T>>;
  /** Every frame so far. */
  readonly frames: readonly Frame[];
  close: () => void;
};

/** Connects with a token in the subprotocol, as a browser would. */
export const connectViewer = async (url: string, token: string): Promise<Viewer> => {
  const socket = new WebSocket(url, ['fieldcast.v1', `bearer.${token}`]);
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let taken = 0;
  socket.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame);
    for (const look of [...waiting]) look();
  });
  await once(socket, 'open');
  return {
    frames,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (type) =>
      new Promise((resolve) => {
        const look = () => {
          const found = frames.findIndex((frame, n) => n >= taken && frame.type === type);
          if (found === -1) return;
          taken = found + 1;
          waiting.delete(look);
          resolve(frames[found] as FrameOf<typeof type>); // Found by its type.
        };
        waiting.add(look);
        look();
      }),
    close: () => socket.close(),
  };
};

/** The HTTP status by which a handshake is refused; 101 if it is not. */
export const handshakeStatus = (
  url: string,
  protocols: string[],
  headers: Record<string, string> = {},
): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { headers });
    socket.once('open', () => {
      resolve(101);
      socket.close();
    });
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once('error', reject);
  });
