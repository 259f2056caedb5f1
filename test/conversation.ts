import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame, FrameOf, FrameType, Request } from '../fanout/protocol.ts';

/** Takes down what is said, in the order in which it is said. */
export type Transcript = {
  /** A remark of several parts, each a line. */
  remark: (...lines: string[]) => void;
  line: (who: 'C' | 'C!' | 'S' | 'D', text: string) => void;
  /** What follows is left out until it resolves. */
  leavingOut: <T>(act: () => Promise<T>) => Promise<T>;
  readonly text: () => string;
};

/** A JWT says nothing to a reader, and nobody should copy one. */
const withoutToken = (text: string): string =>
  text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJhbGciOiJSUzI1NiIs…');

export const transcript = (): Transcript => {
  const lines: string[] = [];
  let muted = false;
  return {
    remark: (...all) => void lines.push('', ...all.map((one) => `# ${one}`)),
    line: (who, text) => {
      if (!muted) lines.push(`${who} ${withoutToken(text)}`);
    },
    leavingOut: async (act) => {
      muted = true;
      try {
        return await act();
      } finally {
        muted = false;
      }
    },
    text: () => `${lines.join('\n').trim()}\n`,
  };
};

/** One connection of a client that knows nothing but the wire. */
export type Talk = {
  say: (request: Request) => void;
  /** Says what is no request. */
  blunder: (text: string) => void;
  /** The next frame of this type that fits, and was not returned before. Rejects after 15 s. */
  hear: <T extends FrameType>(type: T, fits?: (frame: FrameOf<T>) => boolean) => Promise<FrameOf<T>>;
  /** The newest server time heard, as PROTOCOL.md says under "Resuming". */
  readonly heardAt: () => number;
  readonly closed: Promise<number>;
  /** Cuts the connection without a word, as a network does. */
  cut: () => void;
  close: () => void;
};

const patienceMs = 15_000;

const timesIn = (frame: Frame): number[] => {
  switch (frame.type) {
    case 'welcome':
    case 'pong':
      return [frame.serverTime];
    case 'snapshot_end':
    case 'live':
      return [frame.at];
    case 'sensor_update':
      return [frame.sentAt];
    case 'sensor_batch':
      return frame.updates.map(({ sentAt }) => sentAt);
    default:
      return [];
  }
};

export const talk = async (url: string, token: string, written: Transcript): Promise<Talk> => {
  const socket = new WebSocket(url, ['fieldcast.v1', `bearer.${token}`]);
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let heardAt = 0;
  const closed = new Promise<number>((resolve) => void socket.once('close', resolve));
  socket.on('error', () => undefined); // `closed` tells.
  socket.on('message', (message: Buffer) => {
    const frame = JSON.parse(message.toString()) as Frame; // docs.test.ts parses what is written down
    written.line('S', message.toString());
    heardAt = Math.max(heardAt, ...timesIn(frame));
    frames.push(frame);
    for (const look of [...waiting]) look();
  });
  await once(socket, 'open');

  const hear: Talk['hear'] = (type, fits = () => true) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No frame "${type}" came.`)), patienceMs);
      const look = (): void => {
        const at = frames.findIndex((frame) => frame.type === type && fits(frame as FrameOf<typeof type>));
        if (at === -1) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(frames.splice(at, 1)[0] as FrameOf<typeof type>); // found by its type
      };
      waiting.add(look);
      look();
    });

  const send = (who: 'C' | 'C!', text: string): void => {
    written.line(who, text);
    socket.send(text);
  };
  return {
    say: (request) => send('C', JSON.stringify(request)),
    blunder: (text) => send('C!', text),
    hear,
    heardAt: () => heardAt,
    closed,
    cut: () => socket.terminate(),
    close: () => socket.close(),
  };
};
