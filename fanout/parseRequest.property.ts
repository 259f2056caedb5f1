import fc from 'fast-check';
import { aReading } from './factories.ts';
import { limits } from './limits.ts';
// A property is a test, only one that others run too.
import { anEdge, start } from './memory/edge.testing.ts';
import type { ErrorCode, Frame } from './protocol.ts';
import { newSeed } from './seeded.testing.ts';

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
  fc.constantFrom('a/b', '#', '-', 'constructor', 'x'.repeat(65), 'x'.repeat(129)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1, max: 3_000 }).map((length) => '€'.repeat(length)),
);

/** What fits, but for one in thirty. */
const mostly = (fitting: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 29, arbitrary: fitting }, { weight: 1, arbitrary: hostile });

const names = mostly(fc.constantFrom('kettle-1', 'eu-west', 'kettle', 'us-east'));
const target = mostly(
  fc.oneof(
    names.map((device) => ({ device })),
    names.map((region) => ({ region })),
    names.map((type) => ({ type })),
  ),
);
const field = mostly(fc.constantFrom('temperature', 'state', '__proto__', 'constructor'));
const text = fc.string({ unit: 'grapheme', maxLength: 600 });
const condition = mostly(
  fc.oneof(
    fc.record({
      field,
      op: fc.constantFrom('>', '>=', '<', '<=', 'changedBy'),
      value: mostly(fc.float({ min: 1 })),
    }),
    fc.record({
      field,
      op: fc.constantFrom('==', '!='),
      value: fc.oneof(text, fc.double(), fc.constant(null)),
    }),
    fc.record(
      { field, op: fc.constant('exists'), value: mostly(fc.boolean()) },
      { requiredKeys: ['field', 'op'] },
    ),
    fc.record({ field, op: hostile, value: hostile }),
  ),
);
const time = mostly(fc.integer({ min: start - 4_000_000, max: start + 10_000 }));
const actions = [
  'hello',
  'ping',
  'unsubscribe',
  'subscriptions',
  'history',
  'note',
  'explain',
  'authenticate',
];

/** Nearly a request: the right properties, with values of which most fit. */
const nearRequest = fc.record(
  {
    action: mostly(fc.constantFrom('subscribe', 'subscribe', ...actions)),
    id: mostly(fc.constantFrom('s1', 's2')),
    to: target,
    device: names,
    where: mostly(fc.array(condition, { minLength: 1, maxLength: 3 })),
    maxRate: mostly(fc.constantFrom(0.01, 1, 50)),
    since: time,
    snapshot: mostly(fc.boolean()),
    from: time,
    limit: mostly(fc.integer({ min: 1, max: 1_000 })),
    after: mostly(fc.string({ unit: 'binary' })),
    text: mostly(text),
    token: mostly(fc.constant('good')),
  },
  { requiredKeys: ['action', 'id', 'to', 'device', 'text', 'token'] },
);

/** Only the properties of one action, so that most get past the schema. */
const propertiesOf = new Map<unknown, readonly string[]>([
  ['subscribe', ['action', 'id', 'to', 'where', 'maxRate', 'since', 'snapshot']],
  ['history', ['action', 'id', 'device', 'from', 'limit', 'after']],
  ['note', ['action', 'id', 'to', 'text']],
  ['explain', ['action', 'id', 'device']],
  ['authenticate', ['action', 'id', 'token']],
]);
const fitted = (request: { readonly action: unknown }): object => {
  const known = propertiesOf.get(request.action) ?? ['action', 'id'];
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

type Counts = { malformed: number; wellFormed: number };

const isRefused = (frames: readonly Frame[]): boolean =>
  frames.some(({ type, ...rest }) => type === 'error' && 'code' in rest && unreadable.includes(rest.code));
const unreadable: readonly ErrorCode[] = ['bad_message', 'unknown_action'];

/** A connection that says these things: each is answered by frames of the contract, and `ping` by `pong` in the end. */
const isAnswered = async (messages: readonly string[], counts: Counts): Promise<void> => {
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
    counts[isRefused(frames) ? 'malformed' : 'wellFormed'] += 1;
    edge.pass(1_000);
  }
  const [pong] = await edge.ask({ action: 'ping', id: 'still-there' });
  if (pong?.type !== 'pong') throw new Error(`The connection is not usable: ${JSON.stringify(pong)}`);
};

/**
 * Whatever clients send, mutated, nearly right or hostile, the answer is frames of the contract, nothing is thrown, and
 * the connection is usable afterwards. Goes on until at least `runs` malformed messages were answered, by `bad_message` or
 * `unknown_action`; those that turn out well-formed come on top. Some are said on one connection.
 *
 * @returns How many there were of either.
 * @throws Error with the least messages that show otherwise and the seed to see it again.
 */
export const malformedMessagesAreAnswered = async (
  runs: number,
  seed = newSeed(),
): Promise<Counts & { seed: number }> => {
  const counts = { malformed: 0, wellFormed: 0 };
  const conversation = fc.array(message, { minLength: perConnection, maxLength: perConnection });
  const property = fc.asyncProperty(conversation, (messages) => isAnswered(messages, counts));
  for (let round = 0; counts.malformed < runs; round += 1)
    await fc.assert(property, {
      numRuns: Math.ceil((runs - counts.malformed) / perConnection),
      seed: seed + round,
    });
  return { ...counts, seed };
};

const perConnection = 5;
