import WebSocket from 'ws';
import type { Below } from '../../fanout/seeded.testing.ts';
import type { Local } from '../../infra/local/startLocal.ts';
import type { Book } from '../../devices/ledger/book.ts';
import type { Scene, Viewer } from '../../devices/ledger/entries.ts';
import { receiver, recordViewer } from '../../devices/ledger/recordViewer.ts';

export type RunningViewer = {
  /** Resolves once every subscription is live. */
  readonly live: Promise<void>;
  /** Cuts its own connection no more: the client waits longer after each cut, and the end would wait with it. */
  calmDown: () => void;
  close: () => void;
};

export type ViewerDependencies = {
  local: Pick<Local, 'webSocketUrl' | 'sign'>;
  book: Book;
  scene: Scene;
  below: Below;
};

/** Every `everyMs` or so, in half to one and a half of it. */
const repeatedly = (below: Below, everyMs: number, action: () => void): (() => void) => {
  let timer: NodeJS.Timeout;
  const again = (): void => {
    timer = setTimeout(
      () => {
        action();
        again();
      },
      everyMs / 2 + below(everyMs),
    );
  };
  again();
  return () => clearTimeout(timer);
};

/** A viewer with our client, which may cut its own connection now and then. */
const openOurs = (dependencies: ViewerDependencies, viewer: Viewer): RunningViewer => {
  const { local, below } = dependencies;
  const recorded = recordViewer(dependencies, viewer, {
    url: local.webSocketUrl,
    token: () => local.sign({ subject: viewer.viewer, groups: [...viewer.grants], expiresIn: '12h' }),
  });
  const { cutEveryMs } = viewer;
  const stopCutting =
    cutEveryMs === undefined ? () => undefined : repeatedly(below, cutEveryMs, recorded.cut);
  return {
    live: recorded.live,
    calmDown: stopCutting,
    close: () => {
      stopCutting();
      recorded.close();
    },
  };
};

const againAfterMs = 500;

/** A viewer with a bare socket: says hello, subscribes, and does so again when the connection is lost. */
const openForeign = (dependencies: ViewerDependencies, viewer: Viewer): RunningViewer => {
  const { local, book } = dependencies;
  const receive = receiver(dependencies, viewer);
  let socket: WebSocket | undefined;
  let isClosed = false;
  const connect = async (): Promise<void> => {
    const token = await local.sign({ subject: viewer.viewer, groups: [...viewer.grants], expiresIn: '12h' });
    if (isClosed) return;
    socket = new WebSocket(local.webSocketUrl, ['fieldcast.v1', `bearer.${token}`]);
    const say = (message: object): void => socket?.send(JSON.stringify(message));
    socket.on('open', () => say({ action: 'hello', id: 'hello' }));
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      receive(text);
      if (text.includes('"type":"welcome"'))
        for (const subscription of viewer.subscriptions) say({ action: 'subscribe', ...subscription });
    });
    socket.on('error', () => undefined); // 'close' follows.
    socket.on('close', () => {
      if (!isClosed) setTimeout(() => void connect(), againAfterMs);
    });
  };
  void connect();
  return {
    live: Promise.resolve(),
    calmDown: () => undefined,
    close: () => {
      isClosed = true;
      socket?.terminate();
      book.write('told', { at: Date.now(), viewer: viewer.viewer, what: 'closed' });
    },
  };
};

export const openViewer = (dependencies: ViewerDependencies, viewer: Viewer): RunningViewer =>
  viewer.foreign === true ? openForeign(dependencies, viewer) : openOurs(dependencies, viewer);
