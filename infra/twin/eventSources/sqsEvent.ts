import type { MessageAttributes } from '../sqs/message.ts';
import { md5Of, md5OfAttributes } from '../sqs/md5.ts';
import type { Received } from '../sqs/queue.ts';
import { systemAttributes } from '../sqs/receivedMessage.ts';

/** The event of a batch (Lambda guide, "Using Lambda with Amazon SQS", "Example standard queue message event"). */
export const sqsEvent = (
  batch: readonly Received[],
  { queueArn, region }: { queueArn: string; region: string },
): { Records: object[] } => ({
  Records: batch.map(({ message, receiptHandle }) => ({
    messageId: message.id,
    receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: attributesOf(message.attributes),
    ...md5OfCustom(message.attributes),
    md5OfBody: md5Of(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  })),
});

/** Lambda writes the names small, and two lists that SQS has kept empty ever since. */
const attributesOf = (attributes: MessageAttributes): Record<string, object> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );

const md5OfCustom = (attributes: MessageAttributes): { md5OfMessageAttributes?: string } => {
  const md5 = md5OfAttributes(attributes);
  return md5 === undefined ? {} : { md5OfMessageAttributes: md5 };
};
