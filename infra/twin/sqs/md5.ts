import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { MessageAttribute, MessageAttributes } from './message.ts';

export const md5Of = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/**
 * The digest of message attributes, undefined when there are none (SQS developer guide, "Calculating the MD5 message
 * digest for message attributes"): by name, each part after its length in four bytes, big-endian.
 */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  return md5Of(Buffer.concat(names.flatMap((name) => encode(name, attributes[name]))));
};

const encode = (name: string, attribute: MessageAttribute | undefined): Buffer[] => {
  const { DataType, StringValue, BinaryValue } = attribute ?? { DataType: '' };
  const binary = DataType.startsWith('Binary');
  const value = binary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '');
  const transportType = Buffer.from([binary ? 2 : 1]);
  return [...sized(Buffer.from(name)), ...sized(Buffer.from(DataType)), transportType, ...sized(value)];
};

const sized = (part: Buffer): Buffer[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return [length, part];
};
