import { TelemetryClient, type ClientClock } from '../../fanout/client/telemetryClient.ts';
import type { Book } from './book.ts';
import { mayHave } from './entitled.ts';
import type { Name, Scene, Viewer } from './entries.ts';
import { seenIn } from './frames.ts';
import { recordedSockets, type RecordedSockets } from './sockets.ts';
import { seenInFrame } from './stamp.ts';

export type Recording = {
  readonly book: Pick<Book, 'write'>;
  readonly scene: Scene;
  /** What is written down: on a system that others use, only what is ours. Default: everything. */
  readonly isOurs?: (name: Name) => boolean;
};

export type RecordedClient = {
  readonly client: TelemetryClient;
  readonly sockets: RecordedSockets;
  /** Resolves once every subscription is live. */
  readonly live: Promise<void>;
  /** Cuts its connection. */
  readonly cut: () => void;
  readonly close: () => void;
};

/** Writes down what is in a frame, before anybody else looks at it. */
export const receiver = ({ book, scene, isOurs = () => true }: Recording, viewer: Viewer) => {
  const hidden = scene.devices.filter((device) => !mayHave(viewer, device)).map(({ deviceId }) => deviceId);
  const name = viewer.viewer;
  return (text: string): void => {
    const at = Date.now();
    const { type, readings, connectionId } = seenIn(text);
    if (connectionId !== undefined) book.write('told', { at, viewer: name, what: 'connected', connectionId });
    for (const reading of readings.filter(isOurs))
      book.write('received', { at, viewer: name, ...reading, frame: type });
    for (const deviceId of hidden)
      if (text.includes(`"${deviceId}"`) && !readings.some((reading) => reading.deviceId === deviceId))
        book.write('told', { at, viewer: name, what: 'named', deviceId, frame: type });
  };
};

/** A viewer with our client, which writes down each frame that comes and each update that is handed out. */
export const recordViewer = (
  recording: Recording,
  viewer: Viewer,
  system: { readonly url: string; readonly token: () => Promise<string>; readonly clock?: ClientClock },
): RecordedClient => {
  const { book, isOurs = () => true } = recording;
  const name = viewer.viewer;
  const sockets = recordedSockets(receiver(recording, viewer));
  const client = new TelemetryClient({ ...system, WebSocket: sockets.WebSocket });
  const about = () => ({ at: Date.now(), viewer: name });
  const lives = new Set<string>();
  let allLive = (): void => undefined;
  const live = new Promise<void>((resolve) => (allLive = resolve));

  client.on('update', (update) => {
    const late = update.late === true ? { late: true as const } : {};
    const seen = seenInFrame(update);
    if (isOurs(seen)) book.write('applied', { ...about(), ...seen, source: update.source, ...late });
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
  return {
    client,
    sockets,
    live,
    cut: () => {
      book.write('told', { ...about(), what: 'cut' });
      sockets.cut();
    },
    close: () => {
      client.close();
      book.write('told', { ...about(), what: 'closed' });
    },
  };
};
