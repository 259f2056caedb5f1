import { bytesOf, maxMessageBytes, type Draft } from './message.ts';
import { md5Of, md5OfAttributes } from './md5.ts';
import type { Queue, StoredMessage } from './queue.ts';
import { queueAttributes } from './queueAttributes.ts';
import { receivedMessage } from './receivedMessage.ts';
import { batchEntries, integer, messageAttributes, requiredText, textList, type Input } from './request.ts';
import { batchError, invalidParameter, SqsError } from './sqsError.ts';

/** What an operation on one queue works with. */
export type Call = { queue: Queue; input: Input; senderId: string; signal: AbortSignal };

type Operation = (call: Call) => unknown; // A promise, where it waits.

const draftOf = (input: Input): Draft => ({
  body: requiredText(input, 'MessageBody'),
  attributes: messageAttributes(input),
});

const sent = (message: StoredMessage): object => ({
  MessageId: message.id,
  MD5OfMessageBody: md5Of(message.body),
  MD5OfMessageAttributes: md5OfAttributes(message.attributes),
});

const send = async ({ queue, input, senderId }: Call): Promise<object> => {
  const delay = integer(input, 'DelaySeconds', 0, 900);
  return sent(await queue.send(draftOf(input), { senderId, ...(delay === undefined ? {} : { delay }) }));
};

const remove = ({ queue, input }: Call): object => {
  queue.remove(requiredText(input, 'ReceiptHandle'));
  return {};
};

const changeVisibility = ({ queue, input }: Call): object => {
  const seconds = integer(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined) throw invalidParameter('VisibilityTimeout is missing.');
  queue.changeVisibility(requiredText(input, 'ReceiptHandle'), seconds);
  return {};
};

const receive = async ({ queue, input, signal }: Call): Promise<object> => {
  const wait = integer(input, 'WaitTimeSeconds', 0, 20);
  const visibilityTimeout = integer(input, 'VisibilityTimeout', 0, 43_200);
  const received = await queue.receive({
    max: integer(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
    signal,
    ...(wait === undefined ? {} : { wait }),
    ...(visibilityTimeout === undefined ? {} : { visibilityTimeout }),
  });
  const system = [...textList(input, 'AttributeNames'), ...textList(input, 'MessageSystemAttributeNames')];
  const wanted = { system, custom: textList(input, 'MessageAttributeNames') };
  // Like AWS: no list at all rather than an empty one.
  return received.length === 0 ? {} : { Messages: received.map((one) => receivedMessage(one, wanted)) };
};

type Entry = { Successful: object } | { Failed: object };

/** Runs `operation` for every entry; what one refuses does not hinder the others. */
const batch =
  (operation: (call: Call) => object | Promise<object>): Operation =>
  async (call) => {
    const run = async ({ id, entry }: { id: string; entry: Input }): Promise<Entry> => {
      try {
        return { Successful: { Id: id, ...(await operation({ ...call, input: entry })) } };
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        return { Failed: { Id: id, Code: error.code, Message: error.message, SenderFault: true } };
      }
    };
    const done = await Promise.all(batchEntries(call.input).map(run));
    const Failed = done.flatMap((entry) => ('Failed' in entry ? entry.Failed : []));
    return {
      Successful: done.flatMap((entry) => ('Successful' in entry ? entry.Successful : [])),
      ...(Failed.length === 0 ? {} : { Failed }),
    };
  };

/** The messages of a batch share the limit of one message (SendMessageBatch). */
const sendBatch: Operation = (call) => {
  const bytes = batchEntries(call.input).reduce((sum, { entry }) => sum + bytesOf(draftOf(entry)), 0);
  if (bytes <= maxMessageBytes) return batch(send)(call);
  throw batchError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${maxMessageBytes} bytes. You have sent ${bytes} bytes.`,
  );
};

/** The operations on one queue, by the name after `AmazonSQS.`. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['SendMessage', send],
  ['SendMessageBatch', sendBatch],
  ['ReceiveMessage', receive],
  ['DeleteMessage', remove],
  ['DeleteMessageBatch', batch(remove)],
  ['ChangeMessageVisibility', changeVisibility],
  ['ChangeMessageVisibilityBatch', batch(changeVisibility)],
  ['GetQueueAttributes', ({ queue, input }) => queueAttributes(queue, textList(input, 'AttributeNames'))],
  [
    'PurgeQueue',
    ({ queue }) => {
      queue.purge();
      return {};
    },
  ],
]);
