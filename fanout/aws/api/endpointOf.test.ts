import { expect, it } from 'vitest';
import { endpointOf } from './endpointOf.ts';

it.each([
  [{}, 'eu-central-1', 'https://dynamodb.eu-central-1.amazonaws.com'],
  [{}, 'cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn'],
  [{ AWS_ENDPOINT_URL: 'http://all' }, 'eu-central-1', 'http://all'],
  [
    {
      AWS_ENDPOINT_URL: 'http://all',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://db',
      AWS_ENDPOINT_URL_SQS: 'http://sqs',
    },
    'eu-central-1',
    'http://db',
  ],
])('with %j in %s it is %s', (environment, region, endpoint) => {
  expect(endpointOf('dynamodb', region, environment)).toBe(endpoint);
});
