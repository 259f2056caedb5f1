import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { listen } from '../listen.ts';
import type { Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import type { AccessLog } from './accessLog.ts';
import type { ApiContext } from './apiContext.ts';
import { handleRequest } from './connections.ts';
import type { WebSocketApiDefinition } from './definition.ts';
import { handshake, type Upgrade } from './handshake.ts';
import { awsLimits, type Limits } from './limits.ts';
import type { Authorize, Invoke } from './ports.ts';
import { routeThrottle } from './routeThrottle.ts';
import { stoppableClock } from './stoppableClock.ts';
import { meterTraffic } from './traffic.ts';
import { countUsage } from './usage.ts';

export type WebSocketApiOptions = {
  /** One API per server; a template with several needs a port for each. */
  definition: WebSocketApiDefinition;
  host: string;
  /** 0 takes a free one. */
  port: number;
  region: string;
  account: string;
  clock: Clock;
  invoke: Invoke;
  report: Report;
  /** Who may use `@connections`; without it everyone who signs may. */
  authorize?: Authorize;
  /** What goes wrong. Nothing by default. */
  faults?: Pick<Faults, 'hit' | 'onSet'>;
  meter?: Pick<Meter, 'add'>;
  witness?: Witness;
  /** Is told every line of the stages' access logs. */
  accessLog?: AccessLog;
  /** The name of the function that signs with this access key id. */
  callerOf?: (accessKeyId: string) => string | undefined;
  /** Told of every post that was done, before it is answered: the session token (`x-amz-security-token`) it was signed with. */
  posted?: (sessionToken: string) => Promise<void>;
  /** For tests that cannot wait for, or send, what AWS's own limits ask for. */
  limits?: Partial<Limits>;
};

export type RunningWebSocketApi = {
  port: number;
  /** `ws://host:port/{stage}`. */
  url: (stage: string) => string;
  /** `http://host:port/{stage}`, the endpoint of `@connections`. */
  managementUrl: (stage: string) => string;
  connectionCount: () => number;
  /** Closes every socket (1001) and the server, within a second; repeatable. `$disconnect` is not told. */
  close: () => Promise<void>;
};

/**
 * Serves one WebSocket API: `ws://host:port/{stage}` for clients, `http://host:port/{stage}/@connections/{id}` for
 * backends.
 * @throws TwinError `port_taken`.
 */
export const startWebSocketApi = async (options: WebSocketApiOptions): Promise<RunningWebSocketApi> => {
  let stopped = false;
  const { definition, host, faults = noFaults } = options;
  const clock = stoppableClock(options.clock);
  const api: ApiContext = {
    ...options,
    clock,
    authorize: options.authorize,
    faults,
    traffic: meterTraffic(options.meter, definition.apiId, clock),
    limits: { ...awsLimits, ...options.limits },
    connections: new Map(),
    mayPass: routeThrottle(definition, clock),
    useKey: countUsage(definition.apiKeys, clock),
    stopped: () => stopped,
  };
  faults.onSet('socket.cut', async (chance) => {
    const cut = [...api.connections.values()].filter(chance);
    for (const connection of cut) connection.terminate();
    return cut.length;
  });
  const server = newServer(api);
  const sockets = trackUpgrades(server);
  const port = await listen(server, { host, port: options.port, name: 'the WebSocket API' });
  server.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    stopped = true;
    await closeAll(api, server, sockets);
    clock.stop();
  };
  let stopping: Promise<void> | undefined;
  return {
    port,
    url: (stage) => `ws://${host}:${port}/${stage}`,
    managementUrl: (stage) => `http://${host}:${port}/${stage}`,
    connectionCount: () => api.connections.size,
    close: () => (stopping ??= stop()),
  };
};

/**
 * `maxHeaderSize` is AWS's limit on request line and headers together (from memory). The timeouts are Node's own
 * guards against slow headers and bodies, checked every second instead of every thirty.
 */
const newServer = (api: ApiContext): Server => {
  const server = createServer({
    maxHeaderSize: api.limits.headerBytes,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: 1_000,
  });
  // 0 is no limit of lines: by default Node drops lines beyond one, in silence. Their bytes are limited anyway.
  server.maxHeadersCount = 0;
  const answer = handleRequest(api);
  const shake = handshake(api, upgrader(api));
  const failed = (socket: Duplex) => (error: unknown) => {
    api.report(`The WebSocket API could not answer a request: ${String(error)}`);
    socket.destroy();
  };
  server.on('request', (request, response) => {
    answer(request, response).catch(failed(request.socket));
  });
  server.on('upgrade', (request, socket, head) => {
    shake(request, socket, head).catch(failed(socket));
  });
  return server;
};

/** The subprotocol is what `$connect` said and nothing else, so ws is kept from choosing one of the offered. */
const upgrader = ({ limits }: ApiContext): Upgrade => {
  const settings = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    maxFragments: 1_024,
    closeTimeout: limits.closeMs,
    handleProtocols: () => false as const,
  };
  const server = new WebSocketServer(settings);
  const protocols = new WeakMap<IncomingMessage, string>();
  server.on('headers', (headers, request) => {
    const protocol = protocols.get(request);
    if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
  });
  return (request, socket, head, protocol) => {
    let opened: WebSocket | undefined;
    if (protocol !== undefined) protocols.set(request, protocol);
    // Calls back before it returns, or never.
    server.handleUpgrade(request, socket, head, (ws) => (opened = ws));
    return opened;
  };
};

/** Upgraded sockets are no longer the server's, so that somebody has to know them when it closes. */
const trackUpgrades = (server: Server): Set<Duplex> => {
  const sockets = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
};

/** Says goodbye to every client, gives them half a second, then cuts. */
const closeAll = async (api: ApiContext, server: Server, sockets: ReadonlySet<Duplex>): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of [...api.connections.values()]) connection.end(1001, 'Going away');
  server.closeAllConnections();
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, 500);
  await closed;
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  clearTimeout(cut);
};
