import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** The network between devices and a broker, whatever they speak: bytes go through, until it is cut. */
export type Wire = {
  readonly port: number;
  /** Ends every connection at once. */
  cut: () => void;
  /** Cuts, and lets nobody through until `mend`. */
  breakDown: () => Promise<void>;
  mend: () => Promise<void>;
  /** From now on what the broker says is swallowed, until the connection is cut. */
  deafen: () => void;
  close: () => Promise<void>;
};

/** A wire to `port` of this machine, on a port of its own. With `isBroken` nobody gets through at first. */
export const startWire = async (port: number, { isBroken = false } = {}): Promise<Wire> => {
  const sockets = new Set<Socket>();
  let isDeaf = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => (isDeaf && from === far) || to.write(data));
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listenOn = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port; // A TCP server that listens has one.
  };
  const cut = (): void => {
    isDeaf = false;
    for (const socket of sockets) socket.destroy();
  };
  const breakDown = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
  };
  const own = await listenOn(0);
  if (isBroken) await breakDown();
  return {
    port: own,
    cut,
    breakDown,
    mend: async () => {
      await listenOn(own);
    },
    deafen: () => (isDeaf = true),
    close: async () => {
      if (server.listening) await breakDown();
    },
  };
};
