import type { Buffer } from 'node:buffer';

/** Reads the fields of an MQTT packet one after the other. Every read throws RangeError beyond the end. */
export type ByteReader = {
  byte: () => number;
  skip: (bytes: number) => void;
  /** Bytes with their length in front (MQTT 5 section 1.5.6). */
  binary: () => Buffer;
  /** UTF-8 text with its length in front; undefined when it is not valid UTF-8 [MQTT-1.5.4-1]. */
  text: () => string | undefined;
  /** Steps over the properties of an MQTT 5 packet: a variable byte integer and as many bytes. */
  skipProperties: () => void;
  remaining: () => number;
};

/** A BOM is text like any other [MQTT-1.5.3-3]. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const createByteReader = (bytes: Buffer): ByteReader => {
  let at = 0;
  const take = (count: number): Buffer => {
    if (count > bytes.length - at) throw new RangeError('the packet ends too early');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const byte = (): number => take(1).readUInt8();
  const binary = (): Buffer => take(take(2).readUInt16BE());
  const variableInteger = (): number => {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const next = byte();
      value += (next & 0x7f) * 128 ** i;
      if (next < 0x80) return value;
    }
    throw new RangeError('a variable byte integer has at most four bytes');
  };
  return {
    byte,
    binary,
    skip: (count) => void take(count),
    text: () => decode(binary()),
    skipProperties: () => void take(variableInteger()),
    remaining: () => bytes.length - at,
  };
};

const decode = (bytes: Buffer): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};
