import { md5Of, md5OfAttributes } from './md5.ts';
import type { Received, StoredMessage } from './queue.ts';

/** The attributes a receiver asked for: SQS's own by name or `All`, the sender's by name, prefix `x.*` or all. */
export type Wanted = { system: readonly string[]; custom: readonly string[] };

/** One message of a ReceiveMessage answer, or of a record that a batch is built from. */
export const receivedMessage = ({ message, receiptHandle }: Received, wanted: Wanted): object => {
  const attributes = pick(systemAttributes(message), wanted.system);
  const custom = pick(message.attributes, wanted.custom);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: md5Of(message.body),
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(Object.keys(custom).length === 0
      ? {}
      : { MessageAttributes: custom, MD5OfMessageAttributes: md5OfAttributes(custom) }),
  };
};

const pick = <T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.some((wanted) => asks(wanted, name))));

const asks = (wanted: string, name: string): boolean => {
  if (wanted === 'All' || wanted === '.*') return true;
  return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -2)) : wanted === name;
};

/** SQS's own attributes, as ReceiveMessage documents them; times in epoch milliseconds. */
export const systemAttributes = (message: StoredMessage): Record<string, string> => ({
  SenderId: message.senderId,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  ...(message.deadLetterOf === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterOf }),
});
