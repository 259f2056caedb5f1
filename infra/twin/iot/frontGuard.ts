import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { createFramer, type Packet } from './frame.ts';
import { maxPacketBytes, maxPublishesPerSecond } from './limits.ts';
import { judge, packetType, protocolLevel, reasonCode, type Verdict } from './packetRules.ts';
import { createPublishQuota } from './publishQuota.ts';

export type GuardOptions = { clock: Clock; report: (line: string) => void };

/**
 * Stands between a client's socket and the broker: only whole packets that AWS IoT would take come out of the stream
 * it returns. Reads the fixed header first, so that a packet that is too large is cut before its bytes are kept.
 * Never throws; every error of the socket ends the stream.
 */
export const guard = (socket: Socket, { clock, report }: GuardOptions): Duplex => {
  const stream = duplexOver(socket);
  const frame = createFramer(maxPacketBytes);
  const rule = createRule(clock);
  const isOpen = (): boolean => !stream.destroyed;

  const refuse = (reason: string, code: number): void => {
    report(`MQTT connection closed: ${reason}.`);
    // Only MQTT 5 has a DISCONNECT from the server [MQTT-3.14.0-1].
    if (rule.level() === 5) socket.write(Buffer.from([0xe0, 1, code]));
    stream.destroy();
  };
  const take = (packet: Packet): void => {
    const verdict = rule.apply(packet);
    if (verdict.kind === 'disconnect') refuse(verdict.reason, verdict.reasonCode);
    else if (verdict.kind === 'pass' && !stream.push(packet.bytes)) socket.pause();
    else if (verdict.kind === 'discard' && verdict.reason !== '') report(`MQTT: ${verdict.reason}.`);
  };
  socket.on('data', (chunk: Buffer) => {
    if (!isOpen()) return;
    const { packets, broken } = frame(chunk);
    for (const packet of packets) if (isOpen()) take(packet);
    if (broken === undefined || !isOpen()) return;
    if (broken === 'malformed') refuse('malformed packet', reasonCode.malformedPacket);
    else refuse(`a packet of more than ${maxPacketBytes} bytes`, reasonCode.packetTooLarge);
  });
  return stream;
};

type Rule = { apply: (packet: Packet) => Verdict; level: () => number | undefined };

/** The limits as they apply to one connection: some depend on its protocol level and on what it sent before. */
const createRule = (clock: Clock): Rule => {
  const quota = createPublishQuota();
  let level: number | undefined;
  const apply = (packet: Packet): Verdict => {
    if (packet.type === packetType.connect) level ??= protocolLevel(packet);
    const verdict = judge(packet, level);
    if (packet.type !== packetType.publish || verdict.kind !== 'pass') return verdict;
    const use = quota(clock.now());
    return use === 'within' ? verdict : { kind: 'discard', reason: use === 'over' ? '' : overQuota };
  };
  return { apply, level: () => level };
};

const overQuota = `a connection publishes more than ${maxPublishesPerSecond} messages in a second, the excess is discarded`;

const lingerMs = 500;

/** The socket as a stream whose reading side is fed by hand. Writes end when the socket has them: back-pressure holds. */
const duplexOver = (socket: Socket): Duplex => {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    // A packet is written in pieces; they leave as one.
    writev: (pieces: { chunk: Buffer }[], done) =>
      void socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      // What was written still goes out, unless the client does not read.
      socket.setTimeout(lingerMs, () => socket.destroy());
      socket.destroySoon();
      done(error);
    },
  });
  socket.on('end', () => stream.push(null));
  socket.on('close', () => stream.destroy());
  socket.on('error', () => stream.destroy());
  return stream;
};
