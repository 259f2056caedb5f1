import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { World } from './world.ts';

/** A WebSocket of a check. */
export type Socket = {
  readonly send: (data: string | Buffer) => void;
  /** The next frame as text. */
  readonly frame: () => Promise<string>;
  readonly closed: Promise<number>;
  readonly protocol: string;
  readonly end: () => void;
};

export type Handshake = { readonly query?: string; readonly protocols?: string[]; readonly url?: string };

const urlOf = ({ webSocketUrl }: World, { query = 'who=allow', url = webSocketUrl }: Handshake): string =>
  `${url}${query === '' ? '' : `?${query}`}`;

/** Opens a socket; rejects with the status as message when the handshake is refused. */
export const open = async (world: World, handshake: Handshake = {}): Promise<Socket> => {
  const ws = new WebSocket(urlOf(world, handshake), handshake.protocols ?? []);
  const frames: string[] = [];
  let wake: () => void = () => undefined;
  ws.on('message', (data: Buffer) => {
    frames.push(data.toString());
    wake();
  });
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve).on('error', reject);
    ws.on('unexpected-response', (_request, answer) => {
      answer.resume();
      ws.terminate();
      reject(new Error(String(answer.statusCode)));
    });
  });
  const frame = async (): Promise<string> => {
    const patience = AbortSignal.timeout(world.patienceMs);
    while (frames.length === 0) {
      await Promise.race([new Promise<void>((resolve) => (wake = resolve)), once(patience, 'abort')]);
      if (patience.aborted) throw new Error('no frame came');
    }
    return frames.shift() ?? '';
  };
  return { send: (data) => ws.send(data), frame, closed, protocol: ws.protocol, end: () => ws.terminate() };
};

/** The status of a handshake: 101, or what it was refused with. */
export const statusOf = async (world: World, handshake: Handshake): Promise<number> => {
  try {
    (await open(world, handshake)).end();
    return 101;
  } catch (error) {
    return error instanceof Error ? Number(error.message) : NaN;
  }
};

/** Runs `use` with an open socket, and ends that. */
export const withSocket = async <T>(world: World, use: (socket: Socket) => Promise<T>): Promise<T> => {
  const socket = await open(world);
  try {
    return await use(socket);
  } finally {
    socket.end();
  }
};

/** The event that the function got for a message, by a route that gives it back. */
export const echo = async (socket: Socket, message: object = {}): Promise<Record<string, unknown>> => {
  socket.send(JSON.stringify({ verb: 'echo', ...message }));
  // A cast: the probe's function returns its event.
  return JSON.parse(await socket.frame()) as Record<string, unknown>;
};

/** The connection's id, which only the function is told. */
export const idOf = async (socket: Socket): Promise<string> => {
  const { requestContext } = (await echo(socket)) as { requestContext: { connectionId: string } };
  return requestContext.connectionId;
};
