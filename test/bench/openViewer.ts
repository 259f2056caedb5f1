import { once } from 'node:events';
import WebSocket from 'ws';

/** How one viewer gets what it wants. */
export type ViewerDoor = {
  readonly url: string;
  readonly protocols?: readonly string[];
  /** Sent once the socket is open; readings come after a frame of type `live`. Without it they come at once. */
  readonly subscribe?: object;
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
