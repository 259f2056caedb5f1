import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { subprotocol, type Request } from '../../../fanout/protocol.ts';
import { answerTo, roomInFrame } from './contract.ts';
import { updatesBetween, type Course } from './feed.ts';
import { packed } from './packed.ts';
import { region, type Feed } from './scene.ts';

/**
 * A process of its own, so that it takes no time from whoever measures: speaks `fieldcast.v1` on a free port and sends
 * readings to whoever subscribes to the region. Its feed is its only argument, as JSON; it tells where it listens.
 */
const tickMs = 25;

const feed = JSON.parse(process.argv[2] ?? '') as Feed; // startFeeder.ts wrote it.
const course: Course = { ...feed, start: Date.now() };
const viewers = new Set<WebSocket>();

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
});

server.on('connection', (socket) => {
  socket.on('message', (message: Buffer) => {
    const request = JSON.parse(message.toString()) as Request; // Our pages send nothing else.
    const isOfRegion =
      request.action === 'subscribe' && 'region' in request.to && request.to.region === region;
    for (const frame of answerTo(request, course, Date.now())) socket.send(JSON.stringify(frame));
    if (isOfRegion) viewers.add(socket);
    if (request.action === 'unsubscribe') viewers.delete(socket);
  });
  socket.on('close', () => viewers.delete(socket));
});

/** `n` is for the bench, which counts by it; a client ignores what it does not know. */
const frames = (from: number, to: number): string[] =>
  packed(updatesBetween(course, from, to), roomInFrame).map(
    (updates) => `{"type":"sensor_batch","n":${updates.length},"updates":${JSON.stringify(updates)}}`,
  );

let sentUntil = Date.now();
setInterval(() => {
  const now = Date.now();
  if (viewers.size > 0)
    for (const frame of frames(sentUntil, now)) for (const viewer of viewers) viewer.send(frame);
  sentUntil = now;
}, tickMs);

server.on('listening', () => {
  const { port } = server.address() as AddressInfo; // A TCP server's address is no string.
  process.send?.({ url: `ws://127.0.0.1:${port}`, course });
});
process.on('disconnect', () => process.exit());
