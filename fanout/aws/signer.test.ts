import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeUri, signer, type Credentials } from './signer.ts';
import { smithySigner } from './smithySigner.testing.ts';

const regions = ['us-east-1', 'eu-central-1', 'ap-southeast-3', 'us-gov-west-1'];
const midnight = Date.UTC(2026, 11, 31);

const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const stage = fc.stringMatching(/^[\w-]{1,12}$/);
const request = fc.record({
  method: fc.constantFrom('POST', 'POST', 'GET', 'DELETE'),
  host: fc.oneof(
    fc.constantFrom('abc123.execute-api.eu-central-1.amazonaws.com', 'live.example.com'),
    fc.integer({ min: 1, max: 65_535 }).map((port) => `127.0.0.1:${port}`),
  ),
  path: fc
    .tuple(fc.constantFrom('/@connections/', '/live/@connections/'), stage, fc.oneof(base64, text))
    // One whose id were `.` or `..` would be another path.
    .filter(([, , id]) => !/^\.+$/.test(id))
    .map(([root, name, id]) => (root === '/@connections/' ? `/${name}` : '') + root + escapeUri(id)),
  contentType: fc.constant('application/octet-stream'),
  body: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
    fc.uint8Array({ maxLength: 300 }),
    fc.constant('€'.repeat(10_000)),
  ),
});

/** A handful, so that the same comes again and again in between others. */
const credentials = fc.record({
  accessKeyId: fc.constantFrom('AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'),
  secretAccessKey: fc.constantFrom('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', 'ü', 'another'),
  sessionToken: fc.oneof(
    fc.constant(undefined),
    fc.constant(''),
    fc.base64String({ minLength: 4, maxLength: 400 }),
  ),
});
const at = fc.oneof(
  fc.integer({ min: -2_000, max: 2_000 }).map((ms) => midnight + ms),
  fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2099, 0, 1) }),
);

it('10,000 requests are signed as the SDK signs them', async () => {
  let now = 0;
  let current: Credentials = { accessKeyId: '', secretAccessKey: '' };
  const ours = regions.map((region) => signer({ region, credentials: () => current, now: () => now }));
  const theirs = regions.map((region) => smithySigner(region, () => current));

  await fc.assert(
    fc.asyncProperty(request, credentials, at, fc.nat(3), async (unsigned, used, time, n) => {
      now = time;
      current = used;
      expect(ours[n]?.(unsigned)).toEqual(await theirs[n]?.(unsigned, time));
    }),
    { numRuns: 10_000 },
  );
});

it('an id is escaped once on the wire and twice in what is signed', () => {
  expect(escapeUri("L0SM9cOFvHcCIhw=/!'()*")).toBe('L0SM9cOFvHcCIhw%3D%2F%21%27%28%29%2A');
});
