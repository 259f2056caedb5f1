import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { telemetryTopic } from '../ingest/topic.ts';
import type { TopicRule } from './topicRule.ts';

/** AWS IoT fills it in for a client whose certificate is attached to a thing of the client's id; else nothing matches. */
const thing = '${iot:Connection.Thing.ThingName}';

/**
 * What a device may do: connect under its own name and publish readings under its own name, straight to the rule by Basic
 * Ingest or as a message; nothing else. To be attached to certificates (`npm run devices -- provision`).
 */
export class DevicePolicy extends Construct {
  readonly policyName: string;

  constructor(scope: Construct, id: string, { rule }: { rule: TopicRule }) {
    super(scope, id);
    // `*` is any region; it would cross levels, but no telemetry rule takes a topic of more.
    const topic = telemetryTopic('*', thing);
    const policy = new CfnPolicy(this, 'Policy', {
      policyName: `${Stack.of(this).stackName}-device`, // Known before it is deployed.
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iot:Connect',
            Resource: this.arn('client', thing),
            Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
          },
          {
            Effect: 'Allow',
            Action: 'iot:Publish',
            Resource: [this.arn('topic', topic), this.arn('topic', `$aws/rules/${rule.ruleName}/${topic}`)],
          },
        ],
      },
    });
    this.policyName = policy.ref;
  }

  private arn(resource: string, resourceName: string): string {
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Arn.format({ service: 'iot', resource, resourceName, arnFormat }, Stack.of(this));
  }
}
