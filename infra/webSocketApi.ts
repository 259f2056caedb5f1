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
    const { environment, connections, subscriptions } = tables;
    const { authorizer } = new Authorizer(this, 'Authorizer', settings);

    const connect = new Handler(this, 'Connect', { entry: 'fanout/handlers/connect.ts', environment });
    connections.grant(connect, 'dynamodb:PutItem');

    const disconnect = new Handler(this, 'Disconnect', {
      entry: 'fanout/handlers/disconnect.ts',
      environment,
    });
    connections.grant(disconnect, 'dynamodb:DeleteItem');
    subscriptions.grant(disconnect, 'dynamodb:DeleteItem');

    const message = new Handler(this, 'Message', { entry: 'fanout/handlers/message.ts', environment });
    connections.grant(message, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    subscriptions.grant(message, 'dynamodb:PutItem', 'dynamodb:DeleteItem');

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
  }

  /** Lets a function post to the connections of this API. */
  grantPush(handler: Handler): void {
    this.stage.grantManagementApiAccess(handler);
  }
}
