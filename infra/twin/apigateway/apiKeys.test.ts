import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import type { Resource } from '../resource.ts';
import {
  authorized,
  authorizer,
  base,
  connect,
  refusal,
  resource,
  route,
  start,
  stopAll,
} from './webSocketApi.testing.ts';

afterEach(stopAll);

const v1 = (type: string, logicalId: string, properties: Record<string, unknown>): Resource => ({
  logicalId,
  type: `AWS::ApiGateway::${type}`,
  ref: logicalId.toLowerCase(),
  properties,
});

/** A clock that only a test moves. Nothing that waits ever ends on it. */
const handClock = (): Clock & { pass: (ms: number) => void } => {
  let now = 0;
  return { now: () => now, after: () => () => undefined, pass: (ms) => void (now += ms) };
};

const stages = [{ ApiId: 'api', Stage: 'live' }];
const good = 'good-key-of-twenty-letters';
const headers = { 'X-API-Key': good };

/** An API whose `$connect` asks for a key, one key and its plan. */
const keyed = (plan: Record<string, unknown> = {}, key: Record<string, unknown> = {}): Resource[] => [
  ...base(),
  ...route('$connect', { ApiKeyRequired: true }),
  ...route('$default'),
  v1('ApiKey', 'Key', { Enabled: true, Value: good, ...key }),
  v1('UsagePlan', 'Plan', { ApiStages: stages, ...plan }),
  v1('UsagePlanKey', 'Grant', { KeyId: 'key', KeyType: 'API_KEY', UsagePlanId: 'plan' }),
];
const ok = { connect: () => ({ statusCode: 200 }), default: () => ({ statusCode: 200 }) };

describe('a $connect that asks for an API key', () => {
  it('opens with a good one, whatever the case of the header, and tells it in every event', async () => {
    const api = await start(keyed(), ok);
    const { ws } = await connect(api.url('live'), [], { headers });
    const identity = { apiKey: good, apiKeyId: 'key' };
    expect(await api.event('CONNECT')).toMatchObject({ requestContext: { identity } });
    ws.send('{}');
    expect(await api.event('MESSAGE')).toMatchObject({ requestContext: { identity } });
    expect(api.lines).toEqual([]);
  });

  const bad: [what: string, resources: Resource[], headers: Record<string, string>][] = [
    ['no key', keyed(), {}],
    ['an empty key', keyed(), { 'x-api-key': '' }],
    ['an unknown key', keyed(), { 'x-api-key': `${good}!` }],
    ['a key that is not enabled', keyed({}, { Enabled: false }), headers],
    [
      'a key whose plan opens another stage',
      keyed({ ApiStages: [{ ApiId: 'api', Stage: 'next' }] }),
      headers,
    ],
    ['a key without a plan', keyed().slice(0, -1), headers],
  ];
  it.each(bad)('refuses %s with 403, and the function is not asked', async (_, resources, given) => {
    const api = await start(resources, ok);
    expect(await refusal(api.url('live'), [], { headers: given })).toMatchObject({ status: 403 });
    expect(api.events).toEqual([]);
  });

  it('refuses a key beyond the rate of its plan with 429, until tokens have come back', async () => {
    const clock = handClock();
    const api = await start(keyed({ Throttle: { RateLimit: 1, BurstLimit: 2 } }), ok, { clock });
    await connect(api.url('live'), [], { headers });
    await connect(api.url('live'), [], { headers });
    const over = await refusal(api.url('live'), [], { headers });
    expect(over).toMatchObject({ status: 429, body: expect.stringContaining('Too Many Requests') as string });
    clock.pass(1_000);
    await connect(api.url('live'), [], { headers });
  });

  it('refuses a key beyond the quota of its plan with 429, until the next day', async () => {
    const clock = handClock();
    const api = await start(keyed({ Quota: { Limit: 1, Period: 'DAY' } }), ok, { clock });
    await connect(api.url('live'), [], { headers });
    const over = await refusal(api.url('live'), [], { headers });
    expect(over).toMatchObject({ status: 429, body: expect.stringContaining('Limit Exceeded') as string });
    clock.pass(86_400_000);
    await connect(api.url('live'), [], { headers });
  });

  it('asks the authorizer for it, where the API says so', async () => {
    const key = { ApiKeySelectionExpression: '$context.authorizer.usageIdentifierKey' };
    const [api, ...rest] = keyed();
    const guarded = [
      { ...(api ?? resource('Api', 'Api', {})), properties: { ...api?.properties, ...key } },
      ...rest.filter(({ logicalId }) => logicalId !== 'Routeconnect'),
      ...route('$connect', { ApiKeyRequired: true, ...authorized }).slice(0, 1),
      authorizer([]),
    ];
    const policyDocument = { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] };
    let usageIdentifierKey: string | undefined = good;
    const running = await start(guarded, {
      ...ok,
      authorizer: () => ({ principalId: 'ann', policyDocument, usageIdentifierKey }),
    });
    await connect(running.url('live'));
    usageIdentifierKey = undefined;
    expect(await refusal(running.url('live'), [], { headers })).toMatchObject({ status: 403 });
  });

  it('is not asked for when the route does not say so', async () => {
    const api = await start([...base(), ...route('$connect'), ...route('$default')], ok);
    await connect(api.url('live'));
  });
});
