import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRequest } from './parseRequest.ts';

const errorOf = (message: unknown) => {
  const parsed = parseRequest(typeof message === 'string' ? message : JSON.stringify(message));
  return parsed.ok ? undefined : parsed.error;
};

it.each([
  { action: 'hello', client: 'test' },
  { action: 'subscribe', id: 's1', to: { region: 'eu-west' } },
  { action: 'subscribe', id: 's1', to: { device: 'kettle-1' } },
  { action: 'subscribe', id: 's1', to: { type: 'kettle' } },
  { action: 'unsubscribe', id: 's1' },
  { action: 'subscriptions' },
  { action: 'ping', at: 1 },
])('%j is a request', (request) => {
  expect(parseRequest(JSON.stringify(request))).toEqual({ ok: true, request });
});

it.each(['', '{', 'null', '[]', '"hello"', '42'])('%s is no message', (text) => {
  expect(errorOf(text)).toMatchObject({ code: 'bad_message' });
});

it.each([
  {},
  { action: 'dance' },
  { action: 7 },
  { action: ['hello'] },
  { action: '__proto__' },
  { action: 'toString' },
])('%j has no action that is known', (message) => {
  expect(errorOf(message)).toMatchObject({ code: 'unknown_action' });
});

it.each([
  [{ action: 'subscribe', to: { region: 'eu-west' } }, /"id"/],
  [{ action: 'subscribe', id: '__proto__', to: { region: 'eu-west' } }, /"id"/],
  [{ action: 'subscribe', id: 'x'.repeat(65), to: { region: 'eu-west' } }, /"id"/],
  [{ action: 'subscribe', id: 's1' }, /"to"/],
  [{ action: 'subscribe', id: 's1', to: {} }, /"to"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'eu west' } }, /"to.region"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'a#b' } }, /"to.region"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'a', device: 'b' } }, /"to"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'a' }, were: [] }, /were/],
  [{ action: 'ping', at: 1.5 }, /"at"/],
])('%j is refused and the message names what is wrong', (message, naming) => {
  const error = errorOf(message);
  expect(error?.code).toBe('bad_message');
  expect(error?.message).toMatch(naming);
});

it('an error echoes the id of the request it is about', () => {
  expect(errorOf({ action: 'dance', id: 'r7' })).toMatchObject({ id: 'r7' });
  expect(errorOf({ action: 'subscribe', id: 'r7' })).toMatchObject({ id: 'r7' });
});

it('an id that may not be echoed is left out of the error', () => {
  expect(errorOf({ action: 'dance', id: { nested: true } })).not.toHaveProperty('id');
});

it('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
      expect(typeof parseRequest(text).ok).toBe('boolean');
    }),
    { numRuns: 1_000 },
  );
});
