import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { pageDirectory } from './build.ts';
import { cacheControl } from './cacheControl.ts';
import type { DashboardConfig, ServedConfig } from './config.ts';
import { DashboardError } from './dashboardError.ts';
import { serveDevelopmentToken, type DevelopmentToken } from './developmentToken.ts';
import { originsOf, securityHeaders } from './securityHeaders.ts';

export type { DashboardConfig, SignInConfig } from './config.ts';
export type { DevelopmentToken } from './developmentToken.ts';

export type DashboardOptions = {
  /** Loopback, unless there is a reason: nobody signs in to this server. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  config: DashboardConfig;
  /** Without it there is no `/development-token`. */
  developmentToken?: DevelopmentToken;
  /** The built page; that of `buildPage` by default. */
  directory?: string;
};

const sendNotFound = (app: FastifyInstance): void => {
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).header('cache-control', 'no-store').send({
      code: 'not_found',
      message: 'There is nothing at this address; the page is at /.',
    }),
  );
};

const serveHealth = (app: FastifyInstance, directory: string): void => {
  app.get('/healthz', (_, reply) => {
    reply.header('cache-control', 'no-store');
    if (existsSync(join(directory, 'index.html'))) return reply.send({ status: 'ok' });
    return reply
      .code(503)
      .send({ status: 'no page', message: 'The page is not built: npm start builds it.' });
  });
};

/** Each file as its compressed twin, where the browser takes that: see precompress.ts. */
const servePage = async (app: FastifyInstance, directory: string): Promise<void> => {
  await app.register(fastifyStatic, {
    root: directory,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => void reply.header('cache-control', cacheControl(path)),
  });
};

/** The port it listens on; undefined while it does not. */
const portOf = (app: FastifyInstance): number | undefined => {
  const address = app.server.address();
  return typeof address === 'object' ? address?.port : undefined;
};

const listen = async (app: FastifyInstance, host: string, port: number): Promise<string> => {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new DashboardError(
      'port_taken',
      `Port ${port} is taken by another program; give the dashboard another with --dashboard-port.`,
    );
  }
};

/** The server without its port, for tests. */
export const createDashboard = async ({
  port,
  config,
  developmentToken,
  directory = pageDirectory,
}: Omit<DashboardOptions, 'host'>): Promise<FastifyInstance> => {
  // A page that is open keeps its connection; close() must not wait for it.
  const app = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });
  const headers = securityHeaders({
    connectTo: originsOf(config),
    isHttps: new URL(config.webSocketUrl).protocol === 'wss:',
  });
  app.addHook('onRequest', async (_, reply) => void reply.headers(headers));

  const served: ServedConfig = { ...config, developmentToken: developmentToken !== undefined };
  app.get('/config.json', (_, reply) => reply.header('cache-control', 'no-cache').send(served));
  if (developmentToken !== undefined)
    serveDevelopmentToken(app, {
      sign: developmentToken,
      port: () => portOf(app) ?? port,
    });
  serveHealth(app, directory);
  sendNotFound(app);
  await servePage(app, directory);
  return app;
};

/**
 * Serves the built page, what it needs to know, and, in development, tokens.
 *
 * @throws DashboardError `port_taken`
 */
export const startDashboard = async ({
  host,
  ...options
}: DashboardOptions): Promise<{ url: string; close: () => Promise<void> }> => {
  const app = await createDashboard(options);
  const url = await listen(app, host, options.port);
  return { url, close: () => app.close() };
};
