import { Stack } from 'aws-cdk-lib';
import {
  LogGroupLogDestination,
  WebSocketApi,
  WebSocketApiKeySelectionExpression,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { ApiGatewayLogRole, accessLogFormat } from './accessLog.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { allow } from './allow.ts';
import type { Handler } from './handler.ts';
import { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** What a function may do with a connection: post to it, ask whether it is there, end it. */
export type ConnectionMethod = 'POST' | 'GET' | 'DELETE';

/** The viewers' edge: the WebSocket API, its stage, and its access log. What its routes lead to is {@link Viewers}' part. */
export class ViewersApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly accessLog: Log;

  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', {
      routeSelectionExpression: '$request.body.action',
      ...(settings.apiKeys === undefined
        ? {}
        : { apiKeySelectionExpression: WebSocketApiKeySelectionExpression.AUTHORIZER_USAGE_IDENTIFIER_KEY }),
    });
    this.accessLog = new Log(this, 'AccessLog', { settings });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      accessLogSettings: { destination: new LogGroupLogDestination(this.accessLog), format: accessLogFormat },
      throttle: {
        rateLimit: settings.throttle.requestsPerSecond,
        burstLimit: settings.throttle.burst,
      },
    });
    if (settings.apiGatewayLogRole)
      this.stage.node.addDependency(new ApiGatewayLogRole(this, 'AccessLogRole'));
  }

  /** Where viewers connect. */
  get url(): string {
    return this.stage.url;
  }

  /** What a page's policy must let it connect to. */
  get origin(): string {
    return this.api.apiEndpoint;
  }

  /** Where functions reach connections. */
  get callbackUrl(): string {
    return this.stage.callbackUrl;
  }

  /** Lets a function do so with the connections of this API. */
  grant(handler: Handler, ...methods: ConnectionMethod[]): void {
    const { apiId } = this.api;
    for (const method of methods) {
      const arn = Stack.of(this).formatArn({
        service: 'execute-api',
        resource: apiId,
        resourceName: `${this.stage.stageName}/${method}/@connections/*`,
      });
      allow(handler, arn, 'execute-api:ManageConnections');
      acknowledgeWildcard(handler.role, arn, 'Which connections there are, nobody knows before they are.');
    }
  }
}
