import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { createConnectionRules } from './connectionRules.ts';
import { createFramer, type Frames, type Packet } from './frame.ts';
import { maxPacketBytes } from './limits.ts';
import { packetType, reasonCode } from './packetRules.ts';
import { socketStream } from './socketStream.ts';

export type GuardOptions = {
  clock: Clock;
  report: Report;
  /** Gets a line for a connection that is closed for what it sent. */
  refused: Report;
  /** Called when the client takes its leave with a DISCONNECT, or sends what ends its connection. */
  onEnd: (stream: Duplex, reason: 'CLIENT_INITIATED_DISCONNECT' | 'CLIENT_ERROR') => void;
};

/**
 * Stands between a client's socket and the broker: only whole packets that AWS IoT would take come out of the stream
 * it returns. Reads the fixed header first, so that a packet that is too large is cut before its bytes are kept.
 * Never throws.
 */
export const guard = (socket: Socket, { clock, report, refused, onEnd }: GuardOptions): Duplex => {
  const stream = socketStream(socket);
  const frame = createFramer(maxPacketBytes);
  const rules = createConnectionRules(clock);
  const isOpen = (): boolean => !stream.destroyed;

  const refuse = (reason: string, code: number): void => {
    refused(`MQTT connection closed: ${reason}.`);
    onEnd(stream, 'CLIENT_ERROR');
    // Only MQTT 5 has a DISCONNECT from the server [MQTT-3.14.0-1].
    if (rules.level() === 5) socket.write(Buffer.from([0xe0, 1, code]));
    stream.destroy();
  };
  const take = (packet: Packet): void => {
    if (packet.type === packetType.disconnect) onEnd(stream, 'CLIENT_INITIATED_DISCONNECT');
    const verdict = rules.judge(packet);
    if (verdict.kind === 'disconnect') refuse(verdict.reason, verdict.reasonCode);
    else if (verdict.kind === 'pass' && !stream.push(packet.bytes)) socket.pause();
    else if (verdict.kind === 'discard' && verdict.reason !== undefined) report(`MQTT: ${verdict.reason}.`);
  };
  const takeAll = ({ packets, broken }: Frames): void => {
    for (const packet of packets) if (isOpen()) take(packet);
    if (broken === undefined || !isOpen()) return;
    if (broken === 'malformed') refuse('malformed packet', reasonCode.malformedPacket);
    else refuse(`a packet of more than ${maxPacketBytes} bytes`, reasonCode.packetTooLarge);
  };

  // The first byte must be that of a CONNECT [MQTT-3.1.0-1]; HTTP, say, would be waited for otherwise.
  socket.once('data', (chunk: Buffer) => {
    if (chunk.readUInt8() >> 4 !== packetType.connect)
      refuse('what came first is not a CONNECT', reasonCode.malformedPacket);
  });
  socket.on('data', (chunk: Buffer) => {
    if (isOpen()) takeAll(frame(chunk));
  });
  return stream;
};
