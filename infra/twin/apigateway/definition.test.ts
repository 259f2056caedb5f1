import { describe, expect, it } from 'vitest';
import type { Resource } from '../resource.ts';
import { readWebSocketApis } from './definition.ts';
import { authorized, authorizer, base, functionArn, resource, route } from './webSocketApi.testing.ts';

const read = (resources: Resource[]) => {
  const lines: string[] = [];
  return { apis: readWebSocketApis(resources, (line) => lines.push(line)), lines };
};

describe('a template', () => {
  it('becomes routes and stages with their links followed', () => {
    const { apis, lines } = read([
      ...base(),
      ...route('$connect', authorized),
      authorizer(['route.request.header.Cookie']),
      { logicalId: 'Other', type: 'AWS::SQS::Queue', ref: 'q', properties: {} },
    ]);
    expect(lines).toEqual([]);
    expect(apis).toHaveLength(1);
    expect(apis[0]?.routes.get('$connect')).toEqual({
      routeKey: '$connect',
      integration: { functionArn: functionArn('connect'), timeoutMs: 29_000 },
      returnsResponse: false,
      apiKeyRequired: false,
      authorizer: {
        authorizerId: 'auth',
        functionArn: functionArn('authorizer'),
        identitySources: [{ from: 'header', name: 'Cookie' }],
      },
    });
    expect([...(apis[0]?.stages.keys() ?? [])]).toEqual(['live']);
  });

  it('that sets what is not honoured is told so, once each, with type, logical id and name', () => {
    const { lines } = read([
      ...base({ ClientCertificateId: 'c', Description: 'd', DefaultRouteSettings: { LoggingLevel: 'INFO' } }),
      ...route('$connect', { ApiKeyRequired: true, OperationName: 'o' }),
      ...route('dig', { ApiKeyRequired: true }),
      resource('Stage', 'Idle', { StageName: 'idle' }),
    ]);
    expect(lines.sort()).toEqual([
      'AWS::ApiGatewayV2::Route "Routedig": ApiKeyRequired is not honoured by the twin',
      'AWS::ApiGatewayV2::Stage "Idle" is never deployed: it has no AutoDeploy or DeploymentId',
      'AWS::ApiGatewayV2::Stage "Stage": ClientCertificateId is not honoured by the twin',
      'AWS::ApiGatewayV2::Stage "Stage": DefaultRouteSettings.LoggingLevel is not honoured by the twin',
    ]);
  });

  const integration = (properties: Record<string, unknown>): Resource[] => [
    ...base(),
    resource('Route', 'R', { RouteKey: 'a', Target: 'integrations/i' }),
    resource('Integration', 'I', properties),
  ];
  const refused: [what: string, resources: Resource[], message: RegExp][] = [
    [
      'an HTTP API',
      [resource('Api', 'Api', { ProtocolType: 'HTTP' })],
      /"Api": ProtocolType must be WEBSOCKET/,
    ],
    [
      'a broken target',
      [...base(), ...route('a').slice(0, 1)],
      /"Routea": Target names the .*Integration "inta"/,
    ],
    ['a missing API', [...route('a')], /"Routea": ApiId names the AWS::ApiGatewayV2::Api "api"/],
    ['a broken authorizer', [...base(), ...route('$connect', authorized)], /Authorizer "auth"/],
    ['a mock', integration({ IntegrationType: 'MOCK' }), /"I": IntegrationType must be AWS_PROXY/],
    [
      'another URI',
      integration({ IntegrationType: 'AWS_PROXY', IntegrationUri: 'http://x' }),
      /IntegrationUri/,
    ],
    ['IAM authorization', [...base(), ...route('a', { AuthorizationType: 'AWS_IAM' })], /AuthorizationType/],
    ['an unknown type', [...base(), resource('DomainName', 'D', {})], /AWS::ApiGatewayV2::DomainName "D"/],
    ['a route twice', [...base(), ...route('a'), ...route('a')], /RouteKey a is there twice/],
  ];
  it.each(refused)('with %s is refused by name', (_what, resources, message) => {
    expect(() => read(resources)).toThrow(message);
    expect(() => read(resources)).toThrow(expect.objectContaining({ name: 'TwinError' }) as Error);
  });
});
