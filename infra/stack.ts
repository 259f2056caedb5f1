import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Filter } from './filter.ts';
import type { Settings } from './settings.ts';
import { Tables } from './tables.ts';
import { ViewersApi } from './webSocketApi.ts';

/** All of Fieldcast on AWS. */
export class FieldcastStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, { description: 'Live IoT telemetry, in front of those who asked for it', ...props });
    const tables = new Tables(this, 'Tables');
    const viewers = new ViewersApi(this, 'Viewers', { tables, settings });
    const filter = new Filter(this, 'Filter', { tables, viewers, settings });

    new CfnOutput(this, 'WebSocketUrl', { value: viewers.stage.url, description: 'Where viewers connect' });
    new CfnOutput(this, 'RejectsQueueUrl', { value: filter.rejects.queueUrl });
    new CfnOutput(this, 'FailuresQueueUrl', { value: filter.failures.queueUrl });
  }
}
