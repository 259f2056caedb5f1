import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { presenceRuleSql, telemetryRuleSql } from '../ingest/rule.ts';
import { inPlain, onlyOne, resourcesIn, templateOf, type Properties } from './stack.testing.ts';

const own = { issuer: 'https://issuer.example.com', audience: 'viewers', hosting: false };
const template = templateOf(own);
const fleet = templateOf({ ...own, ingest: 'queue', fleetProvisioning: true });

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
const statementsOf = (policy: Properties): Statement[] =>
  (policy['PolicyDocument'] as { Statement: Statement[] }).Statement;
const resourcesOf = (statements: Statement[], action: string): string[] =>
  statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => [Resource].flat())
    .map(inPlain);
const iot = 'arn:AWS::Partition:iot:AWS::Region:AWS::AccountId';

describe('the rule', () => {
  it('hands the exact bytes of every telemetry message on, to the filter that it may invoke', () => {
    template.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: telemetryRuleSql,
        AwsIotSqlVersion: '2016-03-23',
        Actions: [
          { Lambda: { FunctionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('IngestFunction'), 'Arn'] } } },
        ],
      },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'iot.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('IngestTelemetryRule'), 'Arn'] },
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  it('of presence hands on who connects and disconnects', () => {
    template.hasResourceProperties('AWS::IoT::TopicRule', { TopicRulePayload: { Sql: presenceRuleSql } });
  });

  it('puts what it cannot hand on into the failures, as the function does when its retries run out', () => {
    template.allResourcesProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: { ErrorAction: { Sqs: { QueueUrl: { Ref: Match.stringLikeRegexp('Failures') } } } },
    });
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('Failures'), 'Arn'] } },
      },
    });
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 2);
  });

  it('by the queue puts what it has into it, and there is no function that it invokes for it', () => {
    fleet.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: telemetryRuleSql,
        Actions: [
          {
            Sqs: {
              QueueUrl: { Ref: Match.stringLikeRegexp('IngestQueue') },
              RoleArn: Match.anyValue(),
              UseBase64: false,
            },
          },
        ],
      },
    });
    fleet.resourcePropertiesCountIs('AWS::Lambda::Function', { Description: 'ingest/handlers/queue.ts' }, 1);
    fleet.resourcePropertiesCountIs('AWS::Lambda::Function', { Description: 'ingest/handlers/direct.ts' }, 0);
  });
});

describe('a role of AWS IoT', () => {
  it('is for rules and templates of this account only', () => {
    const roles = Object.values(resourcesIn(fleet, 'AWS::IAM::Role'))
      .map(({ AssumeRolePolicyDocument }) => (AssumeRolePolicyDocument as { Statement: unknown[] }).Statement)
      .filter((trust) => JSON.stringify(trust).includes('iot.amazonaws.com'));
    expect(roles).toHaveLength(3);
    for (const trust of roles)
      expect(trust).toMatchObject([
        { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
      ]);
  });
});

describe('the policy of devices', () => {
  const thing = '${iot:Connection.Thing.ThingName}';
  const statements = statementsOf(onlyOne(template, 'AWS::IoT::Policy'));

  it('lets a device connect as itself, and publish readings of its own, by Basic Ingest too', () => {
    expect(resourcesOf(statements, 'iot:Connect')).toEqual([`${iot}:client/${thing}`]);
    expect(resourcesOf(statements, 'iot:Publish')).toEqual([
      `${iot}:topic/telemetry/*/${thing}`,
      expect.stringMatching(
        /:topic\/\$aws\/rules\/IngestTelemetryRule\w+\/telemetry\/\*\/\$\{iot:Connection/,
      ),
    ]);
  });

  it('lets it do nothing else, and nothing at all with a certificate that is attached to no thing', () => {
    expect(statements.map(({ Action }) => Action)).toEqual(['iot:Connect', 'iot:Publish']);
    expect(statements[0]).toMatchObject({
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
    });
    for (const resource of statements.flatMap(({ Resource }) => [Resource].flat()))
      expect(inPlain(resource)).toContain(thing);
  });

  it('is named by an output, as the type of devices is', () => {
    template.hasOutput('DevicePolicyName', { Value: { Ref: Match.stringLikeRegexp('^DevicePolicy') } });
    template.hasOutput('ThingTypeName', { Value: { Ref: Match.stringLikeRegexp('^DeviceType') } });
  });
});

describe('fleet provisioning', () => {
  const claim = statementsOf(onlyOne(fleet, 'AWS::IoT::Policy', 'FleetClaim'));

  it('is not there unless it is to be', () => {
    template.resourceCountIs('AWS::IoT::ProvisioningTemplate', 0);
    expect(Object.keys(template.toJSON()['Outputs'] as object)).not.toContain('ClaimPolicyName');
  });

  it('lets a claim ask for a certificate and for a thing, hear the answers, and do nothing else', () => {
    const topics = [
      '$aws/certificates/create/json',
      '$aws/certificates/create-from-csr/json',
      '$aws/provisioning-templates/Test-fleet/provision/json',
    ];
    expect(claim.map(({ Effect, Action }) => [Effect, Action])).toEqual([
      ['Allow', 'iot:Connect'],
      ['Allow', 'iot:Publish'],
      ['Allow', 'iot:Subscribe'],
      ['Allow', 'iot:Receive'],
    ]);
    expect(resourcesOf(claim, 'iot:Publish')).toEqual(topics.map((topic) => `${iot}:topic/${topic}`));
    expect(resourcesOf(claim, 'iot:Subscribe')).toEqual(
      topics.map((topic) => `${iot}:topicfilter/${topic}/*`),
    );
    expect(resourcesOf(claim, 'iot:Receive')).toEqual(topics.map((topic) => `${iot}:topic/${topic}/*`));
  });

  it('lets a claim connect under names of its own, so that it pushes no device out', () => {
    expect(resourcesOf(claim, 'iot:Connect')).toEqual([`${iot}:client/claim-*`]);
  });

  it('gives a new device the policy of devices, and asks that a thing which is there is not changed', () => {
    const { TemplateName, TemplateBody, Enabled } = onlyOne(fleet, 'AWS::IoT::ProvisioningTemplate');
    expect([TemplateName, Enabled]).toEqual(['Test-fleet', true]);
    const { Resources } = JSON.parse(inPlain(TemplateBody)) as { Resources: Record<string, unknown> };
    expect(Resources).toMatchObject({
      thing: {
        Properties: { ThingName: { Ref: 'DeviceId' } },
        OverrideSettings: { AttributePayload: 'FAIL', ThingTypeName: 'FAIL' },
      },
      certificate: { Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' } },
      policy: { Properties: { PolicyName: expect.stringMatching(/^DevicePolicy/) as string } },
    });
  });
});
