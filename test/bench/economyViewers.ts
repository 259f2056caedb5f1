import { once } from 'node:events';
import WebSocket from 'ws';
import { countReadings, readingsInFrame, sumOf, type Received } from './economyCount.ts';
import { devicesOf, viewersOf, type Scene, type SceneViewer } from './economyScene.ts';

/** How one viewer gets what it wants. */
export type ViewerDoor = {
  readonly url: string;
  readonly protocols?: readonly string[];
  /** Sent once the socket is open; readings come after a frame of type `live`. Without it they come at once. */
  readonly subscribe?: object;
};

export type RunningViewers = {
  read: () => Received;
  close: () => void;
};

/** Opens one viewer; once it resolves, every later reading is its. `receive` hears each frame. */
export const openViewer = async (
  { url, protocols = [], subscribe }: ViewerDoor,
  receive: (text: string) => void,
): Promise<WebSocket> => {
  const socket = new WebSocket(url, [...protocols]);
  const live = new Promise<void>((resolve) =>
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      if (text.startsWith('{"type":"live"')) resolve();
      receive(text);
    }),
  );
  await once(socket, 'open');
  if (subscribe === undefined) return socket;
  socket.send(JSON.stringify(subscribe));
  await live;
  return socket;
};

/** Opens the scene's viewers: plain WebSockets that count by name what they get. */
export const openViewers = async (
  scene: Scene,
  doorOf: (viewer: SceneViewer) => Promise<ViewerDoor>,
): Promise<RunningViewers> => {
  const devices = devicesOf(scene);
  const viewers = await Promise.all(
    viewersOf(scene).map(async (viewer) => {
      const wanted = devices.filter(({ region }) => region === viewer.region).map(({ id }) => id);
      const count = countReadings(wanted, scene.seconds);
      const receive = (text: string): void => readingsInFrame(text).forEach(count.add);
      return { count, socket: await openViewer(await doorOf(viewer), receive) };
    }),
  );
  return {
    read: () => sumOf(viewers.map(({ count }) => count.read())),
    close: () => viewers.forEach(({ socket }) => socket.terminate()),
  };
};
