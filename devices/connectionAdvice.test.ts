import { expect, it } from 'vitest';

import { noConnection } from './connectionAdvice.ts';
import { failureOf, noBroker } from './transports/reasonWords.ts';

it.each([true, false])(
  'what to do about a broker (refused: %s) keeps the password in its url',
  (isRefused) => {
    const { message } = noConnection('mqtt://me:secret@10.0.0.1', { reason: undefined, isRefused });
    expect(message).toContain('mqtt://10.0.0.1');
    expect(message).not.toContain('secret');
  },
);

it.each([
  ['mqtt://127.0.0.1:1883', 'connection refused', 'Is the twin running? npm start'],
  ['mqtt://10.0.0.1', 'connection refused', 'Check --broker, its port and the network.'],
  ['mqtts://127.0.0.1', "the broker's certificate has expired", 'Check --ca'],
  ['mqtt://127.0.0.1:80', noBroker, 'Check --broker and its port.'],
])('%s (%s) has its own advice', (broker, reason, advice) => {
  expect(noConnection(broker, { reason, isRefused: false }).message).toContain(`(${reason}). ${advice}`);
});

it('without AWS credentials it is told where they come from', () => {
  const { message } = noConnection('wss://x', { reason: 'no AWS credentials', isRefused: true });
  expect(message).toContain('Set AWS_PROFILE');
});

it('an HTTP server is no broker', () => {
  const error = new Error('Invalid header flag bits, must be 0x0 for puback packet');
  expect(failureOf(error)).toEqual({ reason: noBroker, isRefused: false });
});
