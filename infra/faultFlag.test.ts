import { expect, it } from 'vitest';
import { faultFlag } from './faultFlag.ts';

it.each([
  ['mqtt.restart', {}],
  ['connections.throttle:p=0.5,for=20s', { probability: 0.5, forMs: 20_000 }],
  ['dynamodb.latency:delay=200ms,only=Readings', { ms: 200, only: 'Readings' }],
  ['function.crash:posts=3,times=10', { posts: 3, times: 10 }],
])('%s is a fault', (text, setting) => {
  expect(faultFlag(text)).toEqual([{ kind: text.split(':')[0], setting }]);
});

it('each flag adds one', () => {
  expect(faultFlag('sqs.error', faultFlag('dynamodb.error')).map(({ kind }) => kind)).toEqual([
    'dynamodb.error',
    'sqs.error',
  ]);
});

it.each([
  '',
  'nonsense',
  'sqs.error:p=2',
  'sqs.error:p=',
  'sqs.error:for=20',
  'sqs.error:constructor=1',
  'sqs.error:times=0',
])('%s is told what was expected', (text) => {
  expect(() => faultFlag(text)).toThrow(/^Expected a kind.*dynamodb\.throttle/s);
});
