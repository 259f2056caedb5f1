import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { TwinError } from './twinError.ts';

/** Where a server of the twin listens. `name` tells the user which one it is; port 0 takes any free one. */
export type ListenAt = { readonly host: string; readonly port: number; readonly name: string };

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** A failed `listen` as the user should read it; any other error as it is. */
export const portTaken = (error: unknown, { host, port, name }: ListenAt): unknown =>
  isTaken(error)
    ? new TwinError(
        'port_taken',
        `Port ${port} on ${host}, meant for ${name}, is taken; stop what uses it or choose another.`,
      )
    : error;

/** Starts a server and resolves to the port it got. Throws a {@link TwinError} `port_taken`. */
export const listen = async (server: Server, at: ListenAt): Promise<number> => {
  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portTaken(error, at);
  }
  return (server.address() as AddressInfo).port; // A TCP server's address is never a path.
};

/** Stops an HTTP server at once: connections that a client keeps alive are cut. */
export const closeServer = (server: HttpServer): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
    server.closeAllConnections();
  });

/**
 * Below the ports that Linux gives to outgoing connections (32768 and up), one of which might take a free port before
 * its server does; above the last port that `fetch` refuses to call (10080).
 */
const probed = { first: 12_000, count: 20_000 };
/** Each process searches in a place of its own, since several may do so at once. */
let next = (process.pid * 256) % probed.count;

/** A port nobody listens on at this moment. For tests: names in a template must be resolved before servers start. */
export const freePort = async (host: string): Promise<number> => {
  const port = probed.first + (next++ % probed.count);
  const server = createServer();
  try {
    await listen(server, { host, port, name: 'a probe' });
  } catch (error) {
    if (error instanceof TwinError) return freePort(host);
    throw error;
  }
  server.close();
  await once(server, 'close');
  return port;
};
