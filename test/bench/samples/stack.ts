import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { handlerCode } from '../../../infra/handlerCode.ts';
import { telemetryTopicFilter } from '../../../ingest/topic.ts';

export type SampleProps = {
  /** Whether the function posts only to those who named the reading's region; otherwise to everybody. */
  byRegion: boolean;
};

const folder = 'test/bench/samples';

/**
 * What public samples make of "IoT messages to browsers": a table of connections, and a function per message that scans it
 * and posts to each. History and latest reading are ours, for the same service on either side.
 *
 * @see https://github.com/aws-samples/simple-websockets-chat-app
 */
class SampleStack extends Stack {
  constructor(scope: Construct, id: string, { byRegion }: SampleProps) {
    super(scope, id);
    const connections = this.table('Connections', 'connectionId');
    const readings = this.table('Readings', 'deviceId', 'position');
    const latest = this.table('Latest', 'deviceId');
    const environment = { CONNECTIONS_TABLE: connections.tableName };
    const connect = this.handler('Connect', 'connect.ts', environment);
    const disconnect = this.handler('Disconnect', 'disconnect.ts', environment);
    const stage = this.edge(connect, disconnect);
    const broadcast = this.handler('Broadcast', 'broadcast.ts', {
      ...environment,
      READINGS_TABLE: readings.tableName,
      LATEST_TABLE: latest.tableName,
      CALLBACK_URL: stage.callbackUrl,
      BY_REGION: byRegion ? 'yes' : 'no',
    });
    this.rule(broadcast);
    connections.grantReadWriteData(connect);
    connections.grantReadWriteData(disconnect);
    connections.grantReadWriteData(broadcast);
    readings.grantWriteData(broadcast);
    latest.grantWriteData(broadcast);
    stage.grantManagementApiAccess(broadcast);
    new CfnOutput(this, 'WebSocketUrl', { value: stage.url });
  }

  private table(id: string, partition: string, sort?: string): TableV2 {
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    return new TableV2(this, id, {
      partitionKey: text(partition),
      ...(sort === undefined ? {} : { sortKey: text(sort) }),
      billing: Billing.onDemand(),
    });
  }

  private handler(id: string, file: string, environment: Record<string, string>): LambdaFunction {
    return new LambdaFunction(this, id, {
      code: handlerCode(this, `${folder}/${file}`),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(30), // Not the samples' 3: what is slow here is this machine.
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
    });
  }

  private edge(connect: LambdaFunction, disconnect: LambdaFunction): WebSocketStage {
    const webSocketApi = new WebSocketApi(this, 'Api', {
      connectRouteOptions: { integration: new WebSocketLambdaIntegration('ConnectRoute', connect) },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('DisconnectRoute', disconnect) },
    });
    return new WebSocketStage(this, 'Stage', { webSocketApi, stageName: 'live', autoDeploy: true });
  }

  private rule(broadcast: LambdaFunction): void {
    const rule = new CfnTopicRule(this, 'Telemetry', {
      topicRulePayload: {
        sql: `SELECT *, topic(2) AS region, topic(3) AS deviceId FROM '${telemetryTopicFilter}'`,
        awsIotSqlVersion: '2016-03-23',
        actions: [{ lambda: { functionArn: broadcast.functionArn } }],
      },
    });
    // What waits for this machine must not grow too old to be sent.
    broadcast.configureAsyncInvoke({ maxEventAge: Duration.hours(6), retryAttempts: 2 });
    broadcast.addPermission('InvokedByRule', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
    });
  }
}

/** Synthesizes the stack. Resolves to the folder of the cloud assembly. */
export const synthesizeSample = (props: SampleProps, outdir: string): string => {
  const app = new App({ outdir, analyticsReporting: false });
  new SampleStack(app, 'Sample', props);
  return app.synth().directory;
};
