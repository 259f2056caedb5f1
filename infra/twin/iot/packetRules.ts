import { basicIngest } from './basicIngest.ts';
import { createByteReader, type ByteReader } from './byteReader.ts';
import type { Packet } from './frame.ts';
import { maxFiltersPerSubscribe, maxPayloadBytes } from './limits.ts';
import { isValidTopic, isValidTopicFilter } from './topicFilter.ts';

/**
 * What becomes of a packet: on to the broker, thrown away without an answer, or the end of the connection. A discard
 * without a reason has been reported before.
 */
export type Verdict =
  | { kind: 'pass' }
  | { kind: 'discard'; reason: string | undefined }
  /** `reasonCode` is what an MQTT 5 client is told in the DISCONNECT (MQTT 5 section 3.14.2.1). */
  | { kind: 'disconnect'; reason: string; reasonCode: number };

/** Control packet types (MQTT 3.1.1 section 2.2.1). */
export const packetType = { connect: 1, publish: 3, subscribe: 8, disconnect: 14 } as const;

/** Reason codes of DISCONNECT. */
export const reasonCode = {
  malformedPacket: 0x81,
  notAuthorized: 0x87,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  qosNotSupported: 0x9b,
} as const;

const pass: Verdict = { kind: 'pass' };

const disconnect = (code: number, reason: string): Verdict => ({
  kind: 'disconnect',
  reason,
  reasonCode: code,
});

/** The protocol level in a CONNECT: 4 is MQTT 3.1.1, 5 is MQTT 5. Undefined in a malformed one. */
export const protocolLevel = ({ body }: Packet): number | undefined => {
  const nameBytes = body.length < 2 ? 0 : body.readUInt16BE();
  return body[2 + nameBytes];
};

/**
 * Whether AWS IoT takes a packet of a client of protocol `level`. Total: a malformed packet is a verdict, never an
 * exception. Whether the topic is allowed is asked here on the bytes, since the broker's own parser repairs bad UTF-8.
 */
export const judge = (packet: Packet, level: number | undefined): Verdict => {
  try {
    if (packet.type === packetType.connect) return judgeConnect(packet, level);
    if (packet.type === packetType.publish) return judgePublish(packet, level);
    if (packet.type === packetType.subscribe) return judgeSubscribe(packet, level);
    return pass;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return disconnect(reasonCode.malformedPacket, `malformed packet: ${error.message}`);
  }
};

const judgeConnect = ({ body }: Packet, level: number | undefined): Verdict => {
  const reader = createByteReader(body);
  reader.binary();
  reader.skip(1 + 1 + 2);
  skipProperties(reader, level);
  if (reader.text() !== undefined) return pass;
  return disconnect(reasonCode.malformedPacket, 'the client id is not valid UTF-8');
};

const judgePublish = ({ flags, body }: Packet, level: number | undefined): Verdict => {
  const qos = (flags >> 1) & 3;
  if (qos > 1) return disconnect(reasonCode.qosNotSupported, `QoS ${qos} is not supported`);
  const reader = createByteReader(body);
  const topic = reader.text();
  // An empty topic stands for a topic alias, which the broker resolves and refuses when it is unknown.
  if (topic === undefined || (!isValidTopic(topic) && !(topic === '' && level === 5)))
    return disconnect(reasonCode.topicNameInvalid, `invalid topic ${JSON.stringify(topic ?? 'not UTF-8')}`);
  if (isReserved(topic)) return disconnect(reasonCode.notAuthorized, `a client may not publish to ${topic}`);
  if (qos > 0) reader.skip(2);
  skipProperties(reader, level);
  if (reader.remaining() <= maxPayloadBytes) return pass;
  return disconnect(reasonCode.packetTooLarge, `a payload of ${reader.remaining()} bytes is over 128 KB`);
};

/** Topics with `$` belong to AWS; of them the twin takes only Basic Ingest. */
export const isReserved = (topic: string): boolean =>
  topic.startsWith('$') && basicIngest(topic) === undefined;

const judgeSubscribe = ({ body }: Packet, level: number | undefined): Verdict => {
  const reader = createByteReader(body);
  reader.skip(2);
  skipProperties(reader, level);
  let filters = 0;
  let highestQos = 0;
  while (reader.remaining() > 0) {
    const filter = reader.text();
    if (filter === undefined || !isValidTopicFilter(filter))
      return disconnect(
        reasonCode.topicFilterInvalid,
        `invalid topic filter ${JSON.stringify(filter ?? 'not UTF-8')}`,
      );
    highestQos = Math.max(highestQos, reader.byte() & 3);
    filters++;
  }
  if (filters > maxFiltersPerSubscribe)
    return disconnect(reasonCode.quotaExceeded, `${filters} topic filters in one SUBSCRIBE, at most 8`);
  // AWS answers such a SUBSCRIBE with nothing at all (developer guide, "MQTT", QoS).
  return highestQos > 1 ? { kind: 'discard', reason: 'a SUBSCRIBE with QoS 2 gets no SUBACK' } : pass;
};

const skipProperties = (reader: ByteReader, level: number | undefined): void => {
  if (level === 5) reader.skipProperties();
};
