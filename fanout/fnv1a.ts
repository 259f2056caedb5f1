const prime = 0x1b3; // Of the 64-bit prime 2^40 + 0x1b3 the low part.
const two32 = 2 ** 32;
const utf8 = new TextEncoder();

const hex = (word: number): string => word.toString(16).padStart(8, '0');

/**
 * FNV-1a, 64 bits, of the text's UTF-8, as 16 hex digits: tells texts apart that nobody made to collide. In two words of
 * 32 bits, as BigInt takes some hundred times as long.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc9923
 */
export const fnv1a = (text: string): string => {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of utf8.encode(text)) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * prime; // Below 2^41, so exact.
    low = product >>> 0;
    high = (Math.imul(high, prime) + Math.floor(product / two32) + (mixed << 8)) >>> 0;
  }
  return hex(high) + hex(low);
};
