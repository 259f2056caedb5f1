import type { Buffer } from 'node:buffer';
import { maxJsonDepth } from '../limits.ts';
import type { Value } from './value.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON value of a payload, or Undefined when the bytes are not JSON in UTF-8 or too deep. Never throws. */
export const parsePayload = (payload: Buffer): Value => {
  try {
    // JSON.parse gives nothing but JSON values.
    const value = JSON.parse(utf8.decode(payload)) as Value;
    return isDeeperThan(value, maxJsonDepth) ? undefined : value;
  } catch {
    return undefined;
  }
};

const isDeeperThan = (value: Value, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
};
