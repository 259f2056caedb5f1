import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeUri, signer, type Credentials } from './signer.ts';
import { smithySigner } from './smithySigner.testing.ts';

const regions = ['us-east-1', 'eu-central-1', 'ap-southeast-3', 'us-gov-west-1'];
const midnight = Date.UTC(2026, 11, 31);

const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const stage = fc.stringMatching(/^[\w-]{1,12}$/);
const toConnections = fc.record({
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
const toJsonApi = fc.record({
  method: fc.constant('POST'),
  host: fc.constantFrom('dynamodb.eu-central-1.amazonaws.com', '127.0.0.1:4002'),
  path: fc.constant('/'),
  contentType: fc.constant('application/x-amz-json-1.0'),
  target: fc.constantFrom('DynamoDB_20120810.PutItem', 'AmazonSQS.SendMessage'),
  body: fc.json(),
});
const request = fc.oneof(
  fc.tuple(fc.constant('execute-api'), toConnections),
  fc.tuple(fc.constantFrom('dynamodb', 'sqs'), toJsonApi),
);

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
  const kept = <T>(make: (service: string, region: string) => T) => {
    const made = new Map<string, T>();
    return (service: string, region: string): T => {
      const key = `${service} ${region}`;
      const one = made.get(key) ?? make(service, region);
      made.set(key, one);
      return one;
    };
  };
  const ours = kept((service, region) =>
    signer({ service, region, credentials: () => current, now: () => now }),
  );
  const theirs = kept((service, region) => smithySigner(region, () => current, service));

  await fc.assert(
    fc.asyncProperty(
      request,
      credentials,
      at,
      fc.constantFrom(...regions),
      async ([service, unsigned], used, time, region) => {
        now = time;
        current = used;
        expect(ours(service, region)(unsigned)).toEqual(await theirs(service, region)(unsigned, time));
      },
    ),
    { numRuns: 10_000 },
  );
});

it('an id is escaped once on the wire and twice in what is signed', () => {
  expect(escapeUri("L0SM9cOFvHcCIhw=/!'()*")).toBe('L0SM9cOFvHcCIhw%3D%2F%21%27%28%29%2A');
});
