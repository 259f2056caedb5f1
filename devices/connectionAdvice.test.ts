import { expect, it } from 'vitest';

import { noConnection } from './connectionAdvice.ts';

it.each([true, false])(
  'what to do about a broker (refused: %s) keeps the password in its url',
  (isRefused) => {
    const { message } = noConnection('mqtt://me:secret@10.0.0.1', { reason: undefined, isRefused });
    expect(message).toContain('mqtt://10.0.0.1');
    expect(message).not.toContain('secret');
  },
);
