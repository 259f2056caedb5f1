import { Buffer } from 'node:buffer';

/** What the fixed header of an MQTT packet says (MQTT 3.1.1 section 2.2, MQTT 5 section 2.1). */
export type FixedHeader = { type: number; flags: number; headerBytes: number; packetBytes: number };

/** The packets that have arrived whole, or why the rest of the stream cannot be trusted. */
export type Frames = { packets: Packet[]; broken?: 'malformed' | 'too large' };

export type Packet = { type: number; flags: number; bytes: Buffer; body: Buffer };

/** The fixed header at the start of `bytes`; undefined while it is incomplete. At most four length bytes [MQTT-2.2.3]. */
export const readFixedHeader = (bytes: Buffer): FixedHeader | 'malformed' | undefined => {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[i + 1];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return headerOf(bytes, i + 2, length);
  }
  return 'malformed';
};

const headerOf = (bytes: Buffer, headerBytes: number, length: number): FixedHeader => {
  const first = bytes[0] ?? 0;
  return { type: first >> 4, flags: first & 0x0f, headerBytes, packetBytes: headerBytes + length };
};

/**
 * Cuts a byte stream into packets. A packet that declares more than `maxBytes` is known by its header and reported
 * before its body is kept; never holds more than `maxBytes` plus one chunk. After `broken` it must not be fed again.
 */
export const createFramer = (maxBytes: number): ((chunk: Buffer) => Frames) => {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let needed = 2;
  return (chunk) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < needed) return { packets: [] };
    const { frames, rest, wanted } = cut(held.length === 1 ? chunk : Buffer.concat(held), maxBytes);
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
    needed = wanted;
    return frames;
  };
};

/** `wanted`: how many bytes from the start of `rest` it takes to get any further. */
const cut = (bytes: Buffer, maxBytes: number): { frames: Frames; rest: Buffer; wanted: number } => {
  const packets: Packet[] = [];
  let rest = bytes;
  for (;;) {
    const header = readFixedHeader(rest);
    if (header === undefined) return { frames: { packets }, rest, wanted: Math.max(2, rest.length + 1) };
    if (header === 'malformed') return { frames: { packets, broken: 'malformed' }, rest, wanted: 0 };
    const { packetBytes } = header;
    if (packetBytes > maxBytes) return { frames: { packets, broken: 'too large' }, rest, wanted: 0 };
    if (packetBytes > rest.length) return { frames: { packets }, rest, wanted: packetBytes };
    packets.push(packetOf(header, rest.subarray(0, packetBytes)));
    rest = rest.subarray(packetBytes);
  }
};

const packetOf = ({ type, flags, headerBytes }: FixedHeader, bytes: Buffer): Packet => ({
  type,
  flags,
  bytes,
  body: bytes.subarray(headerBytes),
});
