import WebSocket from 'ws';
import { TelemetryClient } from '../../fanout/client/telemetryClient.ts';
import type { Below } from '../../fanout/seeded.testing.ts';
import type { Local } from '../../infra/local.ts';
import type { Book } from '../../devices/ledger/book.ts';
import { mayHave } from '../../devices/ledger/entitled.ts';
import type { Scene, Viewer } from '../../devices/ledger/entries.ts';
import { seenIn } from '../../devices/ledger/frames.ts';
import { seenInFrame } from '../../devices/ledger/stamp.ts';

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

/** Writes down what is in a frame, before anybody else looks at it. */
const receiver = ({ book, scene }: ViewerDependencies, viewer: Viewer) => {
  const hidden = scene.devices.filter((device) => !mayHave(viewer, device)).map(({ deviceId }) => deviceId);
  const name = viewer.viewer;
  return (text: string): void => {
    const at = Date.now();
    const { type, readings, connectionId } = seenIn(text);
    if (connectionId !== undefined) book.write('told', { at, viewer: name, what: 'connected', connectionId });
    for (const reading of readings) book.write('received', { at, viewer: name, ...reading, frame: type });
    for (const deviceId of hidden)
      if (text.includes(`"${deviceId}"`) && !readings.some((reading) => reading.deviceId === deviceId))
        book.write('told', { at, viewer: name, what: 'named', deviceId, frame: type });
  };
};

/** Sockets that hand each frame to `receive` first, and can be cut. */
const recordedSockets = (receive: (text: string) => void) => {
  const open = new Set<WebSocket>();
  class Recorded extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      this.on('open', () => open.add(this));
      this.on('close', () => open.delete(this));
      this.on('message', (bytes: Buffer) => receive(bytes.toString()));
    }
  }
  return { WebSocket: Recorded, cut: () => open.forEach((socket) => socket.terminate()) };
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

/** A viewer with our client, who writes down each frame that comes and each update that is handed out. */
const openOurs = (dependencies: ViewerDependencies, viewer: Viewer): RunningViewer => {
  const { local, book, below } = dependencies;
  const name = viewer.viewer;
  const sockets = recordedSockets(receiver(dependencies, viewer));
  const client = new TelemetryClient({
    url: local.webSocketUrl,
    token: () => local.sign({ subject: name, groups: [...viewer.grants], expiresIn: '12h' }),
    WebSocket: sockets.WebSocket,
  });
  const about = () => ({ at: Date.now(), viewer: name });
  const lives = new Set<string>();
  let allLive = (): void => undefined;
  const live = new Promise<void>((resolve) => (allLive = resolve));

  client.on('update', (update) => {
    const late = update.late === true ? { late: true as const } : {};
    book.write('applied', { ...about(), ...seenInFrame(update), source: update.source, ...late });
  });
  client.on('gap', (gap) => book.write('told', { ...about(), what: 'gap', ...gap }));
  client.on('gapFilled', ({ readings: _, ...gap }) =>
    book.write('told', { ...about(), what: 'filled', ...gap }),
  );
  client.on('resumed', ({ id, recovered }) =>
    book.write('told', { ...about(), what: 'resumed', id, recovered }),
  );
  client.on('state', (state) => {
    if (state === 'offline') book.write('told', { ...about(), what: 'offline' });
  });
  client.on('error', ({ code }) => book.write('told', { ...about(), what: 'error', code }));
  client.on('live', ({ id }) => {
    book.write('told', { ...about(), what: 'live', id });
    if (lives.add(id).size === viewer.subscriptions.length) allLive();
  });

  // The client names its subscriptions s1, s2 … in this order, as the scene does.
  for (const { to, where, maxRate } of viewer.subscriptions)
    void client.subscribe(to, {
      ...(where === undefined ? {} : { where }),
      ...(maxRate === undefined ? {} : { maxRate }),
    });
  const cut = (): void => {
    book.write('told', { ...about(), what: 'cut' });
    sockets.cut();
  };
  const stopCutting =
    viewer.cutEveryMs === undefined ? () => undefined : repeatedly(below, viewer.cutEveryMs, cut);
  return {
    live,
    calmDown: stopCutting,
    close: () => {
      stopCutting();
      client.close();
      book.write('told', { ...about(), what: 'closed' });
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
