import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { actions } from '../fanout/protocol.ts';
import { inPlain, onlyOne, resourcesIn, templateOf } from './stack.testing.ts';

const own = { issuer: 'https://issuer.example.com', audience: 'viewers', hosting: false };
const template = templateOf(own);
const keyed = templateOf({
  ...own,
  apiGatewayLogRole: false,
  throttle: { requestsPerSecond: 40, burst: 80 },
  apiKeys: { handshakesPerSecond: 2, burst: 4, perDay: 1_000 },
});
const routes = Object.values(resourcesIn(template, 'AWS::ApiGatewayV2::Route'));

describe('the WebSocket API', () => {
  it('has a route for every action of the contract, and answers what it does not know', () => {
    const keys = routes.map(({ RouteKey }) => RouteKey);
    expect(keys.sort()).toEqual(['$connect', '$default', '$disconnect', ...actions].sort());
  });

  it('opens only through the authorizer, whichever header the token comes in', () => {
    const { RouteKey, ...connect } = routes.find((route) => route['RouteKey'] === '$connect') ?? {};
    expect(RouteKey).toBe('$connect');
    expect(connect).toMatchObject({ AuthorizationType: 'CUSTOM' });
    const authorizer = resourcesIn(template, 'AWS::ApiGatewayV2::Authorizer')[
      inPlain(connect['AuthorizerId'])
    ];
    expect(authorizer).toMatchObject({ AuthorizerType: 'REQUEST', IdentitySource: [] });
  });

  it('gives what the handler returns to the client, on every route but $connect and $disconnect', () => {
    const responding = routes
      .filter(({ RouteResponseSelectionExpression }) => RouteResponseSelectionExpression === '$default')
      .map(({ RouteKey }) => RouteKey);
    expect(responding.sort()).toEqual(['$default', ...actions].sort());
    template.resourceCountIs('AWS::ApiGatewayV2::RouteResponse', responding.length);
  });

  it('leaves the account requests for posts to viewers, however many viewers ask', () => {
    const settingsOf = (of: typeof template) =>
      onlyOne(of, 'AWS::ApiGatewayV2::Stage')['DefaultRouteSettings'];
    expect(settingsOf(template)).toEqual({ ThrottlingRateLimit: 2_500, ThrottlingBurstLimit: 2_500 });
    expect(settingsOf(keyed)).toEqual({ ThrottlingRateLimit: 40, ThrottlingBurstLimit: 80 });
  });
});

describe('the access log', () => {
  const { Format = '', DestinationArn } = onlyOne(template, 'AWS::ApiGatewayV2::Stage')[
    'AccessLogSettings'
  ] as {
    Format?: string;
    DestinationArn: unknown;
  };
  const format = JSON.parse(Format) as Record<string, string>;

  it('tells which request of which connection it was, and what became of it', () => {
    expect(format).toMatchObject({
      requestId: '$context.requestId',
      connectionId: '$context.connectionId',
      route: '$context.routeKey',
      status: '$context.status',
      error: '$context.error.responseType',
    });
    expect(inPlain(DestinationArn)).toMatch(/EdgeAccessLog/);
  });

  it('can hold no token, no query string, nothing that a client sent', () => {
    const safe =
      /^\$context\.(requestId|requestTime|eventType|routeKey|connectionId|status|error\.responseType|(authorizer|integration)\.(status|error|latency))$/;
    expect(Object.values(format).filter((variable) => !safe.test(variable))).toEqual([]);
  });

  it('is written by a role of the account, which comes before the stage, stays, and is left alone where it is there', () => {
    const [[account, { DeletionPolicy }] = ['', { DeletionPolicy: '' }]] = Object.entries(
      template.findResources('AWS::ApiGateway::Account'),
    );
    expect(DeletionPolicy).toBe('Retain');
    template.hasResource('AWS::ApiGatewayV2::Stage', { DependsOn: Match.arrayWith([account]) });
    keyed.resourceCountIs('AWS::ApiGateway::Account', 0);
  });
});

describe('API keys', () => {
  it('are not asked for unless they are to be', () => {
    expect(routes.filter(({ ApiKeyRequired }) => ApiKeyRequired === true)).toEqual([]);
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 0);
  });

  it('are asked for at $connect, as messages carry no headers, and named by the authorizer, as browsers send none', () => {
    const asking = Object.values(resourcesIn(keyed, 'AWS::ApiGatewayV2::Route')).filter(
      ({ ApiKeyRequired }) => ApiKeyRequired === true,
    );
    expect(asking.map(({ RouteKey }) => RouteKey)).toEqual(['$connect']);
    expect(onlyOne(keyed, 'AWS::ApiGatewayV2::Api')).toMatchObject({
      ApiKeySelectionExpression: '$context.authorizer.usageIdentifierKey',
    });
    const pages = resourcesIn(keyed, 'AWS::ApiGateway::ApiKey');
    const [value] = Object.values(pages).flatMap(({ Value }) => (Value === undefined ? [] : [Value]));
    expect(value).toBeDefined();
    keyed.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { PAGES_API_KEY: value } },
    });
  });

  it('of machines have the limits that are said, and that of pages a part of what AWS lets an account connect', () => {
    const plans = Object.values(resourcesIn(keyed, 'AWS::ApiGateway::UsagePlan'));
    expect(plans.map(({ Throttle, Quota }) => ({ Throttle, Quota }))).toEqual([
      { Throttle: { RateLimit: 100, BurstLimit: 200 }, Quota: undefined },
      { Throttle: { RateLimit: 2, BurstLimit: 4 }, Quota: { Limit: 1_000, Period: 'DAY' } },
    ]);
  });
});
