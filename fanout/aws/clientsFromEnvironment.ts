import { dynamo, type Dynamo } from './api/dynamo.ts';
import { endpointOf } from './api/endpointOf.ts';
import { jsonApi } from './api/jsonApi.ts';
import { sendMessage, type SendMessage } from './api/sendMessage.ts';
import { signing } from './api/signing.ts';

/** DynamoDB, with as many tries and as long pauses as the SDK's client makes. */
export const dynamoFromEnvironment = (): Dynamo => {
  const signedBy = signing();
  return dynamo(
    jsonApi({
      ...signedBy,
      service: 'dynamodb',
      target: 'DynamoDB_20120810',
      endpoint: endpointOf('dynamodb', signedBy.region, process.env),
      attempts: 4,
      pauseMs: 25,
    }),
  );
};

/** One queue of SQS, likewise. */
export const queueFromEnvironment = (queueUrl: string): SendMessage => {
  const signedBy = signing();
  const api = jsonApi({
    ...signedBy,
    service: 'sqs',
    target: 'AmazonSQS',
    endpoint: endpointOf('sqs', signedBy.region, process.env),
    attempts: 3,
    pauseMs: 50,
  });
  return sendMessage(api, queueUrl);
};
