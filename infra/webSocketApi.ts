import { Duration } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { actions } from '../fanout/protocol.ts';
import { Authorizer } from './authorizer.ts';
import { Handler } from './handler.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';

/** The viewers' edge: the WebSocket API with its routes and their handlers. */
export class ViewersApi extends Construct {
  readonly stage: WebSocketStage;
  private readonly api: WebSocketApi;

  constructor(scope: Construct, id: string, { tables, settings }: { tables: Tables; settings: Settings }) {
    super(scope, id);
    const { environment } = tables;
    const { authorizer } = new Authorizer(this, 'Authorizer', settings);

    const connect = new Handler(this, 'Connect', { entry: 'fanout/handlers/connect.ts', environment });
    tables.connections.grant(connect, 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem');
    tables.subscriptions.grant(connect, 'dynamodb:BatchWriteItem');

    const disconnect = new Handler(this, 'Disconnect', {
      entry: 'fanout/handlers/disconnect.ts',
      environment,
    });
    tables.connections.grant(disconnect, 'dynamodb:DeleteItem');
    tables.subscriptions.grant(disconnect, 'dynamodb:BatchWriteItem');

    const message = new Handler(this, 'Message', {
      entry: 'fanout/handlers/message.ts',
      environment: {
        ...environment,
        ISSUER: settings.issuer,
        AUDIENCE: settings.audience,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
      timeout: Duration.seconds(28), // API Gateway waits for 29.
    });
    tables.connections.grant(message, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    tables.subscriptions.grant(message, 'dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query');
    tables.devices.grant(message, 'dynamodb:BatchGetItem');
    tables.members.grant(message, 'dynamodb:Query');
    tables.readings.grant(message, 'dynamodb:Query');
    tables.paces.grant(message, 'dynamodb:GetItem', 'dynamodb:Query');
    tables.debts.grant(message, 'dynamodb:Query');

    this.api = new WebSocketApi(this, 'Api', {
      routeSelectionExpression: '$request.body.action',
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('ConnectRoute', connect),
        authorizer,
      },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('DisconnectRoute', disconnect) },
    });
    // `$default` takes what is no JSON or no action, so that the client hears what is wrong with it.
    for (const route of [...actions, '$default'])
      this.api.addRoute(route, {
        integration: new WebSocketLambdaIntegration(`${route.replace('$', '')}Route`, message),
        returnResponse: true,
      });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
    });
    for (const handler of [connect, message]) {
      handler.addEnvironment('CALLBACK_URL', this.stage.callbackUrl);
      this.grantPush(handler);
    }
  }

  /** Lets a function post to the connections of this API. */
  grantPush(handler: Handler): void {
    this.stage.grantManagementApiAccess(handler);
  }
}
