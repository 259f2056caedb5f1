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
  ['', 'There is no fault ""; there are dynamodb.throttle, '],
  ['nonsense', 'There is no fault "nonsense"'],
  ['sqs.error:p=2', 'sqs.error: p is a probability from 0 to 1, not "2".'],
  ['sqs.error:p=', 'sqs.error: p is a probability from 0 to 1, not "".'],
  ['sqs.error:for=20', 'sqs.error: for is a time, as in 20s, not "20".'],
  [
    'sqs.error:constructor=1',
    'sqs.error takes p, for, times, delay, posts, only, as in sqs.error:p=0.5,for=20s',
  ],
  ['sqs.error:times=0', 'sqs.error: times is a number from 1 on, not "0".'],
  ['sqs.error:only=', 'sqs.error: only is a part of the name of a table, function or queue, not "".'],
])('%s is told what was expected', (text, message) => {
  expect(() => faultFlag(text)).toThrow(message);
});
