import { describe, expect, it } from 'vitest';
import { requestTime } from './events.ts';
import { frameWatch } from './frameWatch.ts';
import { parseIdentitySource } from './identitySource.ts';
import { allowsInvoke } from './invokePolicy.ts';
import { parseRouteSelection, selectRoute } from './routeSelection.ts';
import { tokenBucket } from './tokenBucket.ts';

const select = (expression: string, keys: string[], body: string): string | undefined => {
  const selection = parseRouteSelection(expression);
  if (!selection) throw new Error('not an expression');
  return selectRoute(selection, new Set(keys), body);
};

describe('route selection', () => {
  const table: [expression: string, key: string, body: string][] = [
    ['$request.body.action', 'go', '{"action":"go"}'],
    ['${request.body.action}', '7', '{"action":7}'],
    ['$request.body.action', 'true', '{"action":true}'],
    ['$request.body.a.b', 'x', '{"a":{"b":"x"}}'],
    ['${request.body.a}/${request.body.b}', 'x/', '{"a":"x"}'],
    ['v1-$request.body.a', 'v1-x', '{"a":"x"}'],
    ['$request.body.a', '[1]', '{"a":[1]}'],
  ];
  it.each(table)('%s gives "%s" for %s', (expression, key, body) => {
    expect(select(expression, [key, '$default'], body)).toBe(key);
  });

  it('goes to $default for what is not JSON, missing, inherited or too deep', () => {
    const deep = `{"action":${'['.repeat(60_000)}${']'.repeat(60_000)}}`;
    for (const body of ['', 'x', 'null', '{}', '{"action":"$connect"}', deep])
      expect(select('$request.body.action', ['$default', '$connect'], body)).toBe('$default');
    expect(select('$request.body.__proto__', ['{}', '$default'], '{}')).toBe('$default');
  });

  it('refuses other variables', () => {
    expect(parseRouteSelection('$context.routeKey')).toBeUndefined();
    expect(parseRouteSelection('${request.header.x}')).toBeUndefined();
  });
});

describe('an authorizer policy', () => {
  const arn = 'arn:aws:execute-api:r:1:api/live/$connect';
  const statement = (Effect: string, Resource: unknown, more: object = {}) => ({
    Effect,
    Action: ['execute-api:*'],
    Resource,
    ...more,
  });
  const table: [what: string, allowed: boolean | undefined, Statement: unknown][] = [
    ['an Allow', true, statement('Allow', [arn])],
    ['a wildcard', true, [statement('Allow', 'arn:aws:execute-api:*:*:*/l?ve/*')]],
    ['a Deny beside an Allow', false, [statement('Allow', '*'), statement('Deny', arn)]],
    ['a REST-style resource', false, statement('Allow', 'arn:aws:execute-api:r:1:api/live/*/*')],
    ['a conditional Allow', false, statement('Allow', '*', { Condition: {} })],
    ['a conditional Deny', false, [statement('Allow', '*'), statement('Deny', 'x', { Condition: {} })]],
    ['another action', false, statement('Allow', '*', { Action: 'lambda:InvokeFunction' })],
    ['nothing', undefined, undefined],
    ['an empty list', undefined, []],
  ];
  it.each(table)('with %s gives %s', (_what, allowed, Statement) => {
    expect(allowsInvoke({ Statement }, arn)).toBe(allowed);
  });
});

it('identity sources are read by the documented forms only', () => {
  expect(parseIdentitySource('route.request.querystring.t')).toEqual({ from: 'querystring', name: 't' });
  expect(parseIdentitySource('context.identity.sourceIp')).toEqual({
    from: 'context',
    name: 'identity.sourceIp',
  });
  expect(parseIdentitySource('$request.header.Auth')).toBeUndefined();
});

it('requestTime is in the log format', () => {
  expect(requestTime(Date.UTC(2024, 1, 9, 18, 11, 43))).toBe('09/Feb/2024:18:11:43 +0000');
});

it('a token bucket fills at its rate up to its burst', () => {
  const pass = tokenBucket({ ratePerSecond: 2, burst: 2 });
  expect([0, 0, 0, 500, 500].map(pass)).toEqual([true, true, false, true, false]);
  expect([60_000, 60_000, 60_000].map(pass)).toEqual([true, true, false]);
});

it('frame headers are found wherever the chunks are cut', () => {
  const masked = (length: number[]) => [0x81, ...length, 1, 2, 3, 4];
  const bytes = Buffer.concat([
    Buffer.from([...masked([0x83]), 0, 0, 0]),
    Buffer.from(masked([0xfe, 1, 0])),
    Buffer.alloc(256),
    Buffer.from(masked([0x80])),
    Buffer.from(masked([0xff, 0, 0, 0, 0, 0, 1, 0, 0])),
  ]);
  for (const size of [1, 2, 7, 1000]) {
    const lengths: number[] = [];
    const watch = frameWatch(({ length }) => lengths.push(length));
    for (let at = 0; at < bytes.length; at += size) watch(bytes.subarray(at, at + size));
    expect(lengths).toEqual([3, 256, 0, 65_536]);
  }
});
