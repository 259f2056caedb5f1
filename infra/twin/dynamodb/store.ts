import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { closeServer, listen } from '../listen.ts';
import type { Report } from '../report.ts';
import { isFromWebPage } from '../webPage.ts';
import { askListener, type Ask, type Listener } from './ask.ts';
import { lockFolder } from './folderLock.ts';
import type { Front } from './front.ts';
import { serveFront, type Work } from './serveFront.ts';

export type Store = { endpoint: string; port: number; close: () => Promise<void> };

export type StoreOptions = {
  host: string;
  port: number;
  path: string | undefined;
  /** What every client but the twin's own ({@link ownKeyId}) is to ask instead of the store. */
  front?: (ask: Ask) => Front;
  report: Report;
};

/** The access key id of the twin's own requests. */
export const ownKeyId = 'twin';

/** Starts dynalite over `path`, or in memory. Throws TwinError `port_taken` or `folder_in_use`. */
export const openStore = async (at: StoreOptions): Promise<Store> => {
  const unlock = at.path === undefined ? () => Promise.resolve() : await lockFolder(at.path);
  const { server, settled } = serverOf(at);
  try {
    const port = await listen(server, { ...at, name: 'DynamoDB' });
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      try {
        await settled();
        await closeServer(server);
      } finally {
        await unlock();
      }
    };
    return {
      endpoint: `http://${at.host}:${port}`,
      port,
      close: () => (closing ??= close()),
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
const serverOf = ({
  path,
  front,
  report,
}: StoreOptions): { server: Server; settled: () => Promise<void> } => {
  const work = underWay();
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  const [listener] = server.listeners('request') as [Listener];
  const behindFront = front && serveFront(front(askListener(listener)), work, report);
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isFromWebPage(request)) response.writeHead(403).end();
    else if (behindFront !== undefined && !isOwn(request)) behindFront(request, response);
    else {
      endOf(response, work.begin());
      listener(request, response);
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

const isOwn = ({ headers }: IncomingMessage): boolean =>
  headers.authorization?.includes(`Credential=${ownKeyId}/`) ?? false;

const endOf = (response: ServerResponse, done: () => void): void => {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => {
    done();
    return end(...args);
  };
};

/**
 * What dynalite has been asked and not answered. It works on for a client that has gone, and throws where nobody can
 * catch it if the database is closed under it: so that waits, a second at most.
 */
const underWay = (): Work & { settled: () => Promise<void> } => {
  const open = new Set<() => void>();
  let idle = (): void => undefined;
  return {
    begin: () => {
      const done = (): void => {
        open.delete(done);
        if (open.size === 0) idle();
      };
      open.add(done);
      return done;
    },
    settled: async () => {
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
