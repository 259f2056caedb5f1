import { createHash } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The access key id of a function: `ASIA` (temporary credentials) and 16 base32 characters made from its name, so it
 * is the same at every start and tells callers apart in a signed request.
 */
export const accessKeyIdOf = (functionName: string): string => {
  const digest = createHash('sha256').update(functionName).digest();
  return `ASIA${[...digest.subarray(0, 16)].map((byte) => base32.charAt(byte % 32)).join('')}`;
};
