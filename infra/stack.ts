import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Access } from './access.ts';
import { FleetProvisioning } from './fleetProvisioning.ts';
import { Ingest } from './ingest.ts';
import { DevicePolicy } from './iotPolicy.ts';
import { Later } from './later.ts';
import { Operations } from './operations/operations.ts';
import { Presence } from './presence.ts';
import { SecureQueue } from './secureQueue.ts';
import type { Settings } from './settings.ts';
import { Tables } from './tables.ts';
import { ThingType } from './thingType.ts';
import { Viewers } from './viewers.ts';
import { ViewersApi } from './webSocketApi.ts';

export type FieldcastProps = StackProps & {
  settings: Settings;
  /** The folder of the built page; only needed where it is hosted. */
  page?: string;
};

/** All of Fieldcast on AWS. */
export class FieldcastStack extends Stack {
  constructor(scope: Construct, id: string, { settings, page, ...props }: FieldcastProps) {
    super(scope, id, { description: 'Live IoT telemetry, in front of those who asked for it', ...props });
    const tables = new Tables(this, 'Tables', { settings });
    const api = new ViewersApi(this, 'Edge', { settings });
    const access = new Access(this, 'Access', { api, settings, page });
    new Viewers(this, 'Viewers', { tables, api, settings, admission: access.admission });
    // Messages on which a rule or a function failed until the retries ran out.
    const failures = new SecureQueue(this, 'Failures', { retentionPeriod: Duration.days(14) });
    const later = new Later(this, 'Later', { tables, api, failures, settings });
    const ingest = new Ingest(this, 'Ingest', { tables, api, later, failures, settings });
    const presence = new Presence(this, 'Presence', { tables, api, failures, settings });
    const devicePolicy = new DevicePolicy(this, 'DevicePolicy', { rule: ingest.rule });
    const thingType = new ThingType(this, 'DeviceType');
    if (settings.fleetProvisioning) new FleetProvisioning(this, 'Fleet', { devicePolicy, thingType });
    new Operations(this, 'Operations', { ingest, presence, later, viewers: api, failures, settings });

    this.tell({
      DashboardUrl: [access.hosting?.origin, 'The page'],
      DashboardHost: [
        access.hosting?.distribution.distributionDomainName,
        'Where the DNS record of a name of your own leads to',
      ],
      WebSocketUrl: [api.url, 'Where viewers connect'],
      UserPoolId: [access.users?.pool.userPoolId, 'Where users and their groups are'],
      UserPoolClientId: [access.users && access.signIn?.clientId, 'What the page signs its users in as'],
      SignInDomain: [access.users?.domain, 'Where users sign in'],
      DevicePolicyName: [devicePolicy.policyName, 'The IoT policy to attach to certificates of devices'],
      ThingTypeName: [thingType.typeName, 'The type of devices in the registry of things'],
      BasicIngestRule: [ingest.rule.ruleName, 'The rule to name in Basic Ingest topics'],
      RejectsQueueUrl: [ingest.rejects.queueUrl, 'Messages that are no readings'],
      IngestQueueUrl: [ingest.queue.queueUrl, 'Messages that wait for the filter'],
      LaterQueueUrl: [later.queue.queueUrl, 'What is to be sent later'],
      FailuresQueueUrl: [failures.queueUrl, 'What failed until its retries ran out'],
    });
  }

  private tell(outputs: Record<string, readonly [value: string | undefined, description: string]>): void {
    for (const [name, [value, description]] of Object.entries(outputs))
      if (value !== undefined) new CfnOutput(this, name, { value, description });
  }
}
