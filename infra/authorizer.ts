import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { Handler } from './handler.ts';
import type { Settings } from './settings.ts';

/** Who may open a WebSocket. */
export class Authorizer extends Construct {
  readonly authorizer: WebSocketLambdaAuthorizer;

  constructor(scope: Construct, id: string, { issuer, audience, allowedOrigins }: Settings) {
    super(scope, id);
    const handler = new Handler(this, 'Function', {
      entry: 'fanout/handlers/authorizer.ts',
      environment: { ISSUER: issuer, AUDIENCE: audience, ALLOWED_ORIGINS: allowedOrigins.join(',') },
    });
    // No identity source: the token may come in one of two headers, and API Gateway would demand every one listed.
    this.authorizer = new WebSocketLambdaAuthorizer('Token', handler, { identitySource: [] });
  }
}
