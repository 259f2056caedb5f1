import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * One line of JSON for each handshake, request and end of a connection: what it was, and what became of it. Nothing of what
 * the client sent, so that no token, no query string and no reading can be in it. In quotation marks throughout, as what has
 * no value is written `-`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    event: '$context.eventType',
    route: '$context.routeKey',
    connectionId: '$context.connectionId',
    status: '$context.status',
    error: '$context.error.responseType',
    authorizerStatus: '$context.authorizer.status',
    authorizerError: '$context.authorizer.error',
    integrationStatus: '$context.integration.status',
    integrationError: '$context.integration.error',
    integrationLatency: '$context.integration.latency',
  }),
);

/**
 * The role by which API Gateway writes access logs. There is one an account and region, for all APIs in it: whoever has
 * set it already leaves this out, or it would be replaced. It stays when the stack goes, since other APIs may use it by then.
 */
export class ApiGatewayLogRole extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const policy = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
      reason:
        'API Gateway takes no role for its account that has less than this policy, and all its APIs share it.',
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn }).applyRemovalPolicy(
      RemovalPolicy.RETAIN,
    );
  }
}
