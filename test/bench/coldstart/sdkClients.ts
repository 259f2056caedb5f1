import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Dynamo } from '../../../fanout/aws/api/dynamo.ts';
import type { SendMessage } from '../../../fanout/aws/api/sendMessage.ts';
import { sdkDynamo } from '../../../fanout/aws/sdkDynamo.testing.ts';

// What stands in for fanout/aws/clientsFromEnvironment.ts in a handler that is written with the SDK.

export const dynamoFromEnvironment = (): Dynamo => sdkDynamo(new DynamoDBClient());

export const queueFromEnvironment = (queueUrl: string): SendMessage => {
  const sqs = new SQSClient();
  return async (body, { delaySeconds, attributes = {} } = {}) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        DelaySeconds: delaySeconds,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
        ),
      }),
    );
  };
};
