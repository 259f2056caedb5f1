import { once } from 'node:events';
import { type Server, createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { WebSocketServer, createWebSocketStream } from 'ws';

import { type TestCa, testCa } from './certificates.testing.ts';

type NetServer = ReturnType<typeof createTcpServer>;

/** A broker for a test, on one port for each way to it. */
export type TestBroker = {
  readonly ports: Readonly<Record<'tcp' | 'tls' | 'ws' | 'wss', number>>;
  readonly ca: TestCa;
  /** Requests for a WebSocket: their urls. */
  readonly upgrades: readonly string[];
  readonly aedes: Aedes;
  close: () => Promise<void>;
};

/** What the broker refuses: this client id, these credentials, this topic. */
export const unwelcome = { clientId: 'unwelcome', password: 'wrong', topic: 'forbidden' };

const listen = async (server: NetServer): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // A TCP server that listens has one.
};

const hooks = (): ConstructorParameters<typeof Aedes>[0] => ({
  authenticate: (client: Client, _name: unknown, password: unknown, done) => {
    const isUnwelcome = client.id === unwelcome.clientId || String(password) === unwelcome.password;
    if (!isUnwelcome) done(null, true);
    else done(Object.assign(new Error('not authorized'), { returnCode: 5 as const }), null);
  },
  authorizePublish: (_client, { topic }, done) =>
    done(topic === unwelcome.topic ? new Error(`may not publish to ${topic}`) : null),
});

/** Starts it. With TLS only clients that `ca` signed come in. */
export const startTestBroker = async (): Promise<TestBroker> => {
  const ca = await testCa();
  const { cert, key } = await ca.server();
  const aedes = await Aedes.createBroker(hooks());
  const upgrades: string[] = [];
  const tls = { cert, key, ca: ca.ca };
  const overWebSocket = (server: Server): NetServer => {
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' });
    sockets.on('connection', (socket, request) => {
      upgrades.push(request.url ?? '');
      aedes.handle(createWebSocketStream(socket));
    });
    return server;
  };
  const servers = {
    tcp: createTcpServer((socket) => void aedes.handle(socket)),
    tls: createTlsServer(
      { ...tls, requestCert: true, rejectUnauthorized: true },
      (socket) => void aedes.handle(socket),
    ),
    ws: overWebSocket(createHttpServer()),
    wss: overWebSocket(createHttpsServer(tls)),
  };
  const [tcp, tlsPort, ws, wss] = await Promise.all(Object.values(servers).map(listen));
  return {
    // One port for each server.
    ports: { tcp, tls: tlsPort, ws, wss } as TestBroker['ports'],
    ca,
    upgrades,
    aedes,
    close: async () => {
      const closed = Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve)));
      await new Promise<void>((resolve) => aedes.close(resolve));
      await Promise.all(closed);
    },
  };
};
