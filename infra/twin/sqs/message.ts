import { Buffer } from 'node:buffer';
import { invalidParameter, missingParameter, SqsError } from './sqsError.ts';

/** A message attribute as the JSON protocol carries it; binary values are base64. */
export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: string };
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message to send. */
export type Draft = { body: string; attributes: MessageAttributes };

/** Largest message, body and attributes together: 1 MiB (SQS quotas; 256 KiB until 2025). */
export const maxMessageBytes = 1_048_576;

/** Each of so many bytes of a request, or of its answer, is billed as a request (SQS pricing). */
export const requestStep = 64 * 1024;

/** What SQS accepts in a body: the characters of XML 1.0 (SendMessage, MessageBody). */
const allowedBody = /^[\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Bytes that count towards the limits: the body and every attribute's name, type and value. */
export const bytesOf = ({ body, attributes }: Draft): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name + DataType + (StringValue ?? '')) +
      Buffer.byteLength(BinaryValue ?? '', 'base64'),
    Buffer.byteLength(body),
  );

/** Throws the SqsError that AWS would answer for a message that cannot be sent. */
export const checkDraft = (draft: Draft, maxBytes: number): void => {
  if (draft.body === '') throw missingParameter('MessageBody');
  if (!allowedBody.test(draft.body)) {
    throw new SqsError('InvalidMessageContents', 'Message contains characters outside the allowed set.');
  }
  if (Object.keys(draft.attributes).length > 10) {
    throw invalidParameter('Number of message attributes exceeds the allowed maximum [10].');
  }
  if (bytesOf(draft) > maxBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
};
