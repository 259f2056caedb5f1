import { Validations } from 'aws-cdk-lib';
import { WebSocketRoute, type WebSocketRouteOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { actions } from '../fanout/protocol.ts';
import { allow } from './allow.ts';
import { ApiKeys } from './apiKeys.ts';
import { Handler } from './handler.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import type { ViewersApi } from './webSocketApi.ts';

/** Whose tokens open a WebSocket, and which pages may. */
export type Admission = { issuer: string; audience: string; allowedOrigins: readonly string[] };

export type ViewersProps = { tables: Tables; api: ViewersApi; admission: Admission; settings: Settings };

/** What the routes of the WebSocket API lead to. */
export class Viewers extends Construct {
  readonly authorizer: Handler;
  readonly connect: Handler;
  readonly disconnect: Handler;
  readonly message: Handler;

  constructor(scope: Construct, id: string, props: ViewersProps) {
    super(scope, id);
    this.authorizer = this.authorizerOf(props);
    this.connect = this.connectOf(props);
    this.disconnect = this.disconnectOf(props);
    this.message = this.messageOf(props);
    this.route(props);
  }

  private authorizerOf({ admission, api, settings }: ViewersProps): Handler {
    const { issuer, audience, allowedOrigins } = admission;
    const keys =
      settings.apiKeys === undefined ? undefined : new ApiKeys(this, 'ApiKeys', { api, ...settings.apiKeys });
    return new Handler(this, 'Authorizer', {
      handler: 'authorizer',
      environment: {
        ISSUER: issuer,
        AUDIENCE: audience,
        ALLOWED_ORIGINS: allowedOrigins.join(','),
        ...(keys === undefined ? {} : { PAGES_API_KEY: keys.pagesKey }),
      },
      settings,
    });
  }

  private connectOf({ tables, api, settings }: ViewersProps): Handler {
    const connect = new Handler(this, 'Connect', {
      handler: 'connect',
      environment: { ...tables.environment, CALLBACK_URL: api.callbackUrl },
      settings,
    });
    allow(connect, tables.connections.tableArn, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    allow(connect, tables.connectionsByPrincipal, 'dynamodb:Query');
    allow(connect, tables.subscriptions.tableArn, 'dynamodb:BatchWriteItem');
    api.grant(connect, 'GET');
    return connect;
  }

  private disconnectOf({ tables, settings }: ViewersProps): Handler {
    const { environment } = tables;
    const disconnect = new Handler(this, 'Disconnect', { handler: 'disconnect', environment, settings });
    allow(disconnect, tables.connections.tableArn, 'dynamodb:DeleteItem');
    allow(disconnect, tables.subscriptions.tableArn, 'dynamodb:BatchWriteItem');
    return disconnect;
  }

  private messageOf({ tables, api, admission, settings }: ViewersProps): Handler {
    const message = new Handler(this, 'Message', {
      handler: 'message',
      environment: {
        ...tables.environment,
        CALLBACK_URL: api.callbackUrl,
        ISSUER: admission.issuer,
        AUDIENCE: admission.audience,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
      settings,
    });
    const { connections, subscriptions, devices, members, readings, paces, debts } = tables;
    allow(message, connections.tableArn, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    allow(message, subscriptions.tableArn, 'dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query');
    allow(message, devices.tableArn, 'dynamodb:BatchGetItem');
    allow(message, members.tableArn, 'dynamodb:Query');
    allow(message, readings.tableArn, 'dynamodb:Query');
    allow(message, paces.tableArn, 'dynamodb:GetItem', 'dynamodb:Query');
    allow(message, debts.tableArn, 'dynamodb:Query');
    api.grant(message, 'POST');
    return message;
  }

  private route({ api: { api }, settings }: ViewersProps): void {
    new WebSocketRoute(this, 'ConnectRoute', {
      webSocketApi: api,
      routeKey: '$connect',
      integration: new WebSocketLambdaIntegration('ConnectRoute', this.connect.target),
      // No identity source: the token may come in one of two headers, and API Gateway would demand every one listed.
      authorizer: new WebSocketLambdaAuthorizer('Token', this.authorizer.target, { identitySource: [] }),
      ...(settings.apiKeys === undefined ? {} : { apiKeyRequired: true }),
    });
    const later = (routeKey: string, options: WebSocketRouteOptions): void =>
      Validations.of(api.addRoute(routeKey, options)).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'API Gateway authorizes a WebSocket when it opens and at no later message (`$connect` only).',
      });
    later('$disconnect', {
      integration: new WebSocketLambdaIntegration('DisconnectRoute', this.disconnect.target),
    });
    // `$default` takes what is no JSON or no action, so that the client hears what is wrong with it.
    for (const route of [...actions, '$default'])
      later(route, {
        integration: new WebSocketLambdaIntegration(`${route.replace('$', '')}Route`, this.message.target),
        returnResponse: true,
      });
  }
}
