import type { Server } from 'node:http';

/** Stops at once: connections that a client keeps alive are cut. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
    server.closeAllConnections();
  });
