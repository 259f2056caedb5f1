import { expect, it } from 'vitest';
import { failureOfAttempt, reasonOfEnd } from './crtWords.ts';

it('blames the certificate for TLS that fails before a connection is accepted, and for none later', () => {
  expect(failureOfAttempt('AWS_IO_TLS_ERROR_READ_FAILURE', undefined)).toMatchObject({ isRefused: true });
  expect(reasonOfEnd('AWS_IO_TLS_ERROR_READ_FAILURE', undefined)).toBe('connection closed by the broker');
});

it('tells a name that it does not know as it is', () => {
  expect(reasonOfEnd('AWS_ERROR_OTHER', undefined)).toBe('AWS_ERROR_OTHER');
});
