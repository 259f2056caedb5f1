import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../listen.ts';
import type { Report } from '../report.ts';
import { secureServer, type ServerIdentity } from './secureServer.ts';

export type ListenersOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** The MQTTS port; without it there is only the other. */
  secure: { readonly port: number; readonly identity: ServerIdentity } | undefined;
  /** Gets a line for every handshake that fails. */
  refused: Report;
};

/** The ports of a broker and every socket that came in by them. */
export type Listeners = {
  /** Throws TwinError `port_taken`. `securePort` is 0 where there is none. */
  listen: () => Promise<{ port: number; securePort: number }>;
  /** Ends every connection without a word. */
  cut: () => void;
  /** Stops listening; once `goodbye` has been said every socket goes, also those that never sent a CONNECT or do not read. */
  close: (goodbye: () => Promise<void>) => Promise<void>;
};

/** What may take its time to leave a socket when the broker stops, ms of wall time. */
const lingerMs = 500;

/** `onConnection` gets each socket, with the id of the certificate that it showed where it came by the MQTTS port. */
export const createListeners = (
  { host, port, secure, refused }: ListenersOptions,
  onConnection: (socket: Socket, certificateId?: string) => void,
): Listeners => {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const plain = createServer({ noDelay: true }, (socket) => {
    track(socket);
    onConnection(socket);
  });
  const secured = secure && secureServer(secure.identity, { track, onSecure: onConnection, refused });
  const servers: readonly Server[] = secured === undefined ? [plain] : [plain, secured];
  return {
    listen: async () => ({
      port: await listen(plain, { host, port, name: 'MQTT' }),
      securePort:
        secured === undefined ? 0 : await listen(secured, { host, port: secure?.port ?? 0, name: 'MQTTS' }),
    }),
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async (goodbye) => {
      const closed = servers.map(
        (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
      );
      await goodbye();
      for (const socket of sockets) socket.destroySoon();
      const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), lingerMs);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
};
