import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { Ingest } from './ingest.ts';
import { DevicePolicy } from './iotPolicy.ts';
import { Later } from './later.ts';
import { Operations } from './operations/operations.ts';
import { Presence } from './presence.ts';
import type { Settings } from './settings.ts';
import { Tables } from './tables.ts';
import { ViewersApi } from './webSocketApi.ts';

/** All of Fieldcast on AWS. */
export class FieldcastStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, { description: 'Live IoT telemetry, in front of those who asked for it', ...props });
    const tables = new Tables(this, 'Tables', { settings });
    const viewers = new ViewersApi(this, 'Viewers', { tables, settings });
    // Messages on which a rule or a function failed until the retries ran out.
    const failures = new Queue(this, 'Failures', { retentionPeriod: Duration.days(14) });
    const later = new Later(this, 'Later', { tables, viewers, failures });
    const ingest = new Ingest(this, 'Ingest', { tables, viewers, later, failures, settings });
    const devices = new DevicePolicy(this, 'DevicePolicy', { rule: ingest.rule });
    new Presence(this, 'Presence', { tables, viewers, failures });
    new Operations(this, 'Operations', { ingest, later, viewers, failures, settings });

    new CfnOutput(this, 'WebSocketUrl', { value: viewers.stage.url, description: 'Where viewers connect' });
    new CfnOutput(this, 'DevicePolicyName', {
      value: devices.policyName,
      description: 'The IoT policy to attach to certificates of devices',
    });
    new CfnOutput(this, 'BasicIngestRule', {
      value: ingest.rule.ruleName,
      description: 'The rule to name in Basic Ingest topics',
    });
    new CfnOutput(this, 'RejectsQueueUrl', { value: ingest.rejects.queueUrl });
    new CfnOutput(this, 'IngestQueueUrl', { value: ingest.queue.queueUrl });
    new CfnOutput(this, 'LaterQueueUrl', { value: later.queue.queueUrl });
    new CfnOutput(this, 'FailuresQueueUrl', { value: failures.queueUrl });
  }
}
