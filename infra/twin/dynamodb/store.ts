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
  const { server, settled } = serverOf(at.path);
  try {
    const port = await listen(server, { ...at, name: 'DynamoDB' });
    let closing: Promise<void> | undefined;
    return {
      endpoint: `http://${at.host}:${port}`,
      port,
      close: () =>
        (closing ??= settled()
          .then(() => closeServer(server))
          .finally(unlock)),
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
const serverOf = (path: string | undefined): { server: Server; settled: () => Promise<void> } => {
  const work = underWay();
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  const [serve] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isFromWebPage(request)) response.writeHead(403).end();
    else {
      work.begin(response);
      serve?.(request, response);
    }
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => undefined);
    // After dynalite's own listener has been added, in this same turn.
    process.nextTick(() => {
      request.removeAllListeners('error');
      request.on('error', () => undefined);
    });
  });
  return { server, settled: work.settled };
};

/** Longer than any operation takes on tables that fit a laptop. */
const longestMs = 1_000;

/**
 * What dynalite has been asked and not answered. It works on for a client that has gone, and throws where nobody can
 * catch it if the database is closed under it: so that waits, a second at most.
 */
const underWay = () => {
  const open = new Set<ServerResponse>();
  let idle = (): void => undefined;
  return {
    begin: (response: ServerResponse): void => {
      open.add(response);
      const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
      response.end = (...args: unknown[]) => {
        open.delete(response);
        if (open.size === 0) idle();
        return end(...args);
      };
    },
    settled: async (): Promise<void> => {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longestMs);
        idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
};
