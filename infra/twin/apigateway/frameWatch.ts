/** The header of one WebSocket frame (RFC 6455, section 5.2). */
export type FrameHeader = { opcode: number; length: number };

/**
 * Reads along the bytes of a client and tells each frame's header as soon as it is complete. `ws` only limits whole
 * messages; API Gateway limits frames too. It judges nothing: what breaks RFC 6455 is for `ws` to refuse.
 */
export const frameWatch = (onFrame: (header: FrameHeader) => void): ((chunk: Uint8Array) => void) => {
  const header = Buffer.alloc(14);
  let have = 0;
  let payloadLeft = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, chunk.length - at);
        payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      header[have++] = chunk[at++] ?? 0;
      if (have < 2 || have < headerLength(header)) continue;
      payloadLeft = payloadLength(header);
      have = 0;
      onFrame({ opcode: header.readUInt8(0) & 0x0f, length: payloadLeft });
    }
  };
};

const headerLength = (header: Buffer): number => {
  const second = header.readUInt8(1);
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
};

/** Above 2^53 the number is inexact, which does not matter: such a frame is far over the limit. */
const payloadLength = (header: Buffer): number => {
  const length = header.readUInt8(1) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
};
