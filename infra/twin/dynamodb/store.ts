import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { closeServer, listen } from '../listen.ts';
import { isFromWebPage } from '../webPage.ts';
import { lockFolder } from './folderLock.ts';

export type Store = { endpoint: string; port: number; close: () => Promise<void> };

/** Starts dynalite over `path`, or in memory. Throws TwinError `port_taken` or `folder_in_use`. */
export const openStore = async (at: {
  host: string;
  port: number;
  path: string | undefined;
}): Promise<Store> => {
  const unlock = at.path === undefined ? () => Promise.resolve() : await lockFolder(at.path);
  const server = serverOf(at.path);
  try {
    const port = await listen(server, { ...at, name: 'DynamoDB' });
    return {
      endpoint: `http://${at.host}:${port}`,
      port,
      close: () => closeServer(server).finally(unlock),
    };
  } catch (error) {
    await unlock();
    throw error;
  }
};

/**
 * dynalite, not yet listening. It throws from the error listener of a request that breaks off, which would end the
 * twin whenever a function is cut off in the middle of one; here such a request is just dropped.
 */
const serverOf = (path: string | undefined): Server => {
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  const [serve] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isFromWebPage(request)) response.writeHead(403).end();
    else serve?.(request, response);
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => undefined);
    // After dynalite's own listener has been added, in this same turn.
    process.nextTick(() => {
      request.removeAllListeners('error');
      request.on('error', () => undefined);
    });
  });
  return server;
};
