import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type CutSide = 'client' | 'edge' | 'both';

/** TCP between a client and an edge, which can be cut on either side. */
export type CuttableProxy = {
  /** The edge's URL by way of this proxy. */
  readonly url: string;
  /** How many connections are open. */
  readonly open: () => number;
  /**
   * Cuts every connection, without a closing handshake. `client`: the edge hears of it only later, as with a network that
   * is gone, and goes on sending into nothing meanwhile.
   */
  readonly cut: (side: CutSide) => void;
  readonly close: () => Promise<void>;
};

const edgeHearsAfterMs = 400;

export const startCuttableProxy = async (edgeUrl: string): Promise<CuttableProxy> => {
  const { hostname, port, pathname } = new URL(edgeUrl);
  const pairs = new Set<{ client: Socket; edge: Socket }>();
  const server = createServer((client) => {
    const edge = connect({ host: hostname, port: Number(port) });
    const pair = { client, edge };
    pairs.add(pair);
    for (const [from, to] of [
      [client, edge],
      [edge, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('error', () => undefined); // 'close' follows.
      from.pipe(to);
      from.once('close', () => pairs.delete(pair));
    }
    // A leg that was cut on purpose takes the other with it, the edge's a little later.
    edge.once('close', () => client.destroy());
    client.once('close', () => setTimeout(() => edge.destroy(), edgeHearsAfterMs).unref());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // It listens on TCP.
  return {
    url: `ws://127.0.0.1:${address.port}${pathname}`,
    open: () => pairs.size,
    cut: (side) => {
      for (const { client, edge } of pairs) {
        if (side !== 'client') edge.destroy();
        if (side !== 'edge') client.resetAndDestroy();
      }
    },
    close: async () => {
      for (const { client, edge } of pairs) {
        client.destroy();
        edge.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
};
