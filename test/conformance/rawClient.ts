import { once } from 'node:events';
import WebSocket from 'ws';
import { limits } from '../../fanout/limits.ts';
import { frames as schemas, type Frame, type FrameOf, type FrameType } from '../../fanout/protocol.ts';

/** A WebSocket and nothing else: what a client in another language would have. */
export type RawClient = {
  /** Every frame so far. */
  readonly frames: readonly Frame[];
  readonly protocol: string;
  /** What came that the contract does not allow. */
  readonly violations: readonly string[];
  readonly send: (message: object | string | Uint8Array) => void;
  /** The first frame of the type that nobody took yet and that fits; waits for it up to 15 s. */
  readonly next: <T extends FrameType>(type: T, fits?: (frame: FrameOf<T>) => boolean) => Promise<FrameOf<T>>;
  /** The first frame with this id that nobody took yet. */
  readonly answerTo: (id: string) => Promise<Frame>;
  /** Sends a request with an id of its own and waits for its answer, a single frame. */
  readonly ask: (request: Record<string, unknown>) => Promise<Frame>;
  readonly closed: Promise<{ code: number }>;
  readonly close: () => void;
  /** Without a closing handshake, as a network that fails. */
  readonly cut: () => void;
};

const patienceMs = 15_000;

const violationOf = (text: string): string | undefined => {
  if (Buffer.byteLength(text) > limits.frameBytes) return `a frame of ${Buffer.byteLength(text)} bytes`;
  const frame = JSON.parse(text) as { type?: string };
  const schema = Object.hasOwn(schemas, frame.type ?? '') ? schemas[frame.type as FrameType] : undefined;
  if (schema === undefined) return `a frame of no known type: ${text.slice(0, 300)}`;
  const parsed = schema.safeParse(frame);
  return parsed.success ? undefined : `${text.slice(0, 300)}: ${JSON.stringify(parsed.error.issues)}`;
};

const inbox = () => {
  const frames: Frame[] = [];
  const taken = new Set<Frame>();
  const waiting = new Set<() => void>();
  const take = (what: string, fits: (frame: Frame) => boolean): Promise<Frame> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        const last = JSON.stringify(frames.slice(-5)).slice(0, 1_500);
        reject(new Error(`No ${what} within ${patienceMs} ms; the last of ${frames.length} frames: ${last}`));
      }, patienceMs);
      const look = () => {
        const found = frames.find((frame) => !taken.has(frame) && fits(frame));
        if (found === undefined) return;
        taken.add(found);
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const put = (frame: Frame) => {
    frames.push(frame);
    for (const look of [...waiting]) look();
  };
  return { frames, take, put };
};

/** Connects with a token in the subprotocol, as a browser would, or with the headers and subprotocols given. */
export const connectRaw = async (
  url: string,
  { protocols, headers = {} }: { protocols: string[]; headers?: Record<string, string> },
): Promise<RawClient> => {
  const socket = new WebSocket(url, protocols, { headers });
  const { frames, take, put } = inbox();
  const violations: string[] = [];
  const closed = new Promise<{ code: number }>((resolve) =>
    socket.once('close', (code) => resolve({ code })),
  );
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    const violation = violationOf(text);
    if (violation !== undefined) violations.push(violation);
    put(JSON.parse(text) as Frame);
  });
  await once(socket, 'open');
  socket.on('error', () => undefined); // 'close' follows, and says it.

  let asked = 0;
  const send: RawClient['send'] = (message) =>
    socket.send(
      typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message),
    );
  const answerTo = (id: string) => take(`answer to "${id}"`, (frame) => 'id' in frame && frame.id === id);
  return {
    frames,
    violations,
    protocol: socket.protocol,
    send,
    next: async (type, fits = () => true) => {
      // Found by its type.
      type Wanted = FrameOf<typeof type>;
      return (await take(type, (frame) => frame.type === type && fits(frame as Wanted))) as Wanted;
    },
    answerTo,
    ask: (request) => {
      asked += 1;
      const id = typeof request['id'] === 'string' ? request['id'] : `ask-${asked}`;
      send({ id, ...request });
      return answerTo(id);
    },
    closed,
    close: () => socket.close(1000),
    cut: () => socket.terminate(),
  };
};

/** The HTTP status that a handshake is answered with; 101 if a WebSocket is opened, which is closed again. */
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
