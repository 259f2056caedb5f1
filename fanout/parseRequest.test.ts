import fc from 'fast-check';
import { expect, it } from 'vitest';
import { malformedMessagesAreAnswered } from './parseRequest.property.ts';
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
  {
    action: 'subscribe',
    id: 's1',
    to: { type: 'kettle' },
    where: [{ field: 't', op: 'exists' }],
    maxRate: 0.01,
  },
  { action: 'subscribe', id: 's1', to: { type: 'kettle' }, since: 0, snapshot: false },
  {
    action: 'history',
    device: 'kettle-1',
    from: 0,
    to: 1,
    limit: 500,
    after: '1763690001000#0f3a9c51d27be684',
  },
  { action: 'note', to: { type: 'kettle' }, text: 'x'.repeat(501) },
  { action: 'explain', device: 'kettle-1' },
  { action: 'authenticate', token: 'eyJ' },
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
  [{ action: 'subscribe', id: 's1', to: { region: 'a' }, where: [] }, /"where"/],
  [
    { action: 'subscribe', id: 's1', to: { region: 'a' }, where: [{ field: 't', op: '>', value: '3' }] },
    /"where.0"/,
  ],
  [{ action: 'subscribe', id: 's1', to: { region: 'a' }, maxRate: 0 }, /"maxRate"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'a' }, maxRate: null }, /"maxRate"/],
  [{ action: 'subscribe', id: 's1', to: { region: 'a' }, since: -1 }, /"since"/],
  [{ action: 'history', device: 'kettle-1', limit: 501 }, /"limit"/],
  [{ action: 'history', device: 'a/b' }, /"device"/],
  [{ action: 'history' }, /"device": it is missing/],
  [{ action: 'note', to: { region: 'a' }, text: '' }, /"text"/],
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

it('an error that quotes what was sent stays short', () => {
  expect(errorOf({ action: 'ping', ['\u0000'.repeat(20_000)]: 1 })?.message.length).toBeLessThan(500);
});

it('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
      expect(typeof parseRequest(text).ok).toBe('boolean');
    }),
    { numRuns: 1_000 },
  );
});

it('no message goes unanswered, and none makes the connection useless', async () => {
  const { malformed, wellFormed } = await malformedMessagesAreAnswered(1_000);
  expect(malformed).toBeGreaterThanOrEqual(1_000);
  expect(wellFormed).toBeGreaterThan(100); // What is nearly right is right at times, or it is not near.
});
