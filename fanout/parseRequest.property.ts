import fc from 'fast-check';
import { aReading } from './factories.ts';
import { limits } from './limits.ts';
// A property is a test, only one that others run too.
// eslint-disable-next-line no-restricted-imports
import { anEdge, start } from './memory/edge.testing.ts';

const names = fc.constantFrom('kettle-1', 'eu-west', 'kettle', '', 'a/b', '#', 'x'.repeat(129), '__proto__');
const ids = fc.constantFrom('s1', 's2', '', '__proto__', 'constructor', '-', 'x'.repeat(65));
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    -0,
    '',
    [],
    {},
    '__proto__',
    'NaN',
    '\ud800',
    '\u0000',
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1, max: 3_000 }).map((length) => '€'.repeat(length)),
);

const target = fc.oneof(
  fc.oneof(
    names.map((device) => ({ device })),
    names.map((region) => ({ region })),
    names.map((type) => ({ type })),
  ),
  hostile,
);
const condition = fc.record(
  {
    field: fc.oneof(fc.constantFrom('temperature', 'state', '__proto__'), hostile),
    op: fc.oneof(fc.constantFrom('>', '>=', '<', '<=', '==', '!=', 'exists', 'changedBy'), hostile),
    value: fc.oneof(fc.double(), fc.boolean(), hostile),
  },
  { requiredKeys: ['field', 'op'] },
);
const time = fc.oneof(fc.integer({ min: start - 4_000_000, max: start + 10_000 }), hostile);

/** Nearly a request: the right properties, with values that fit often and often do not. */
const nearRequest = fc.record(
  {
    action: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('hello', 'ping', 'subscribe', 'unsubscribe', 'subscriptions') },
      { weight: 9, arbitrary: fc.constantFrom('history', 'note', 'explain', 'authenticate') },
      { weight: 1, arbitrary: hostile },
    ),
    id: fc.oneof(ids, hostile),
    to: target,
    device: fc.oneof(names, hostile),
    where: fc.oneof(fc.array(condition, { maxLength: 9 }), hostile),
    maxRate: fc.oneof(fc.constantFrom(0.01, 1, 50, 51), hostile),
    since: time,
    snapshot: fc.oneof(fc.boolean(), hostile),
    from: time,
    limit: fc.oneof(fc.integer({ min: -1, max: 1_001 }), hostile),
    after: fc.oneof(fc.string({ unit: 'binary' }), hostile),
    text: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 600 }), hostile),
    token: fc.oneof(fc.constant('good'), hostile),
    at: time,
    client: fc.oneof(fc.string(), hostile),
  },
  { requiredKeys: ['action'] },
);

/** Only the properties of one action, so that most get past the schema. */
const propertiesOf: Record<string, readonly string[]> = {
  subscribe: ['action', 'id', 'to', 'where', 'maxRate', 'since', 'snapshot'],
  unsubscribe: ['action', 'id'],
  history: ['action', 'id', 'device', 'from', 'limit', 'after'],
  note: ['action', 'id', 'to', 'text'],
  explain: ['action', 'id', 'device'],
  authenticate: ['action', 'id', 'token'],
};
const fitted = (request: Readonly<Record<string, unknown>>): object => {
  const known = propertiesOf[String(request['action'])] ?? ['action', 'id'];
  return Object.fromEntries(Object.entries(request).filter(([name]) => known.includes(name)));
};

/** One place of a text cut out, doubled or replaced. */
const mutated = fc
  .tuple(nearRequest, fc.nat(), fc.nat(12), fc.string({ unit: 'binary', maxLength: 4 }))
  .map(([request, where, length, other]) => {
    const text = JSON.stringify(fitted(request));
    const at = where % (text.length + 1);
    return text.slice(0, at) + other + text.slice(at + length);
  });

const nested = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"action":'), fc.integer({ min: 1, max: 4_000 }))
  .map(([opening, depth]) => opening.repeat(depth));

/** Anything that a client could send in 32 KB. */
const message = fc
  .oneof(
    { weight: 8, arbitrary: nearRequest.map(fitted).map((request) => JSON.stringify(request)) },
    { weight: 4, arbitrary: nearRequest.map((request) => JSON.stringify(request)) },
    { weight: 4, arbitrary: mutated },
    { weight: 2, arbitrary: fc.json() },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 1, arbitrary: nested },
  )
  .map((text) => text.slice(0, limits.frameBytes));

const utf8 = new TextEncoder();

/** A connection that says these things: each is answered by frames of the contract, and `ping` by `pong` in the end. */
const isAnswered = async (messages: readonly string[]): Promise<void> => {
  const edge = anEdge();
  await edge.open({ grants: ['region:eu-west', 'device:kettle-*'] });
  edge.tokens.set('good', { principal: 'ada', grants: ['*'], expiresAt: start + 3_600_000 });
  await edge.record(aReading());
  for (const text of messages) {
    const frames = await edge.ask(text);
    if (frames.length === 0) throw new Error('There was no answer.');
    for (const frame of frames)
      if (utf8.encode(JSON.stringify(frame)).length > limits.frameBytes)
        throw new Error(`${frame.type} is too large.`);
    edge.pass(1_000);
  }
  const [pong] = await edge.ask({ action: 'ping', id: 'still-there' });
  if (pong?.type !== 'pong') throw new Error(`The connection is not usable: ${JSON.stringify(pong)}`);
};

/**
 * Whatever clients send, mutated, nearly right or hostile, the answer is frames of the contract, nothing is thrown, and
 * the connection is usable afterwards. At least `runs` messages, some on one connection. Throws with the least messages
 * that show otherwise and the seed to see it again.
 */
export const malformedMessagesAreAnswered = async (runs: number, seed?: number): Promise<void> => {
  const conversation = fc.array(message, { minLength: perConnection, maxLength: perConnection });
  await fc.assert(fc.asyncProperty(conversation, isAnswered), {
    numRuns: Math.ceil(runs / perConnection),
    ...(seed === undefined ? {} : { seed }),
  });
};

const perConnection = 5;
