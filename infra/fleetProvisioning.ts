import { Arn, ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnProvisioningTemplate } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { iotService } from './iotService.ts';
import type { DevicePolicy } from './iotPolicy.ts';
import type { ThingType } from './thingType.ts';

export type FleetProvisioningProps = { devicePolicy: DevicePolicy; thingType: ThingType };

/** What a claim connects as; so that it cannot push a device out by taking its client id. */
const claimClient = 'claim-*';

/**
 * Lets a device that has only the claim certificate, the same for a whole fleet, get one of its own (fleet provisioning by
 * claim). Whoever has the claim can register a device of any new name and publish as it. Of a name that is taken the template asks
 * AWS IoT to let the attributes and the type alone (`FAIL`); that this keeps a claim from getting a certificate for it has not
 * been tried, and is not to be relied on. Only a pre-provisioning hook, which is not here, can refuse names.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html
 */
export class FleetProvisioning extends Construct {
  constructor(scope: Construct, id: string, { devicePolicy, thingType }: FleetProvisioningProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const templateName = `${stackName}-fleet`;
    const template = new CfnProvisioningTemplate(this, 'Template', {
      templateName,
      description: 'A thing and a certificate for a device that has the claim',
      enabled: true,
      provisioningRoleArn: this.role(devicePolicy, thingType).roleArn,
      templateBody: Stack.of(this).toJsonString(templateFor(devicePolicy, thingType)),
    });
    const claim = new CfnPolicy(this, 'Claim', {
      policyName: `${stackName}-claim`,
      policyDocument: this.claim(templateName),
    });
    new CfnOutput(this, 'ProvisioningTemplate', { value: template.ref }).overrideLogicalId(
      'ProvisioningTemplate',
    );
    new CfnOutput(this, 'ClaimPolicyName', {
      value: claim.ref,
      description: 'The IoT policy to attach to the claim certificate',
    }).overrideLogicalId('ClaimPolicyName');
  }

  /** What AWS IoT does for a device: nothing beyond making a new thing of it, with the policy of devices. */
  private role({ policyName }: DevicePolicy, { typeName }: ThingType): Role {
    const allowed = (actions: string[], ...resources: string[]) =>
      new PolicyStatement({ actions, resources });
    const thing = this.arn('thing', '*');
    const certificate = this.arn('cert', '*');
    const role = new Role(this, 'Role', {
      assumedBy: iotService(),
      inlinePolicies: {
        Provision: new PolicyDocument({
          statements: [
            allowed(['iot:CreateThing'], thing, this.arn('thingtype', typeName)),
            allowed(['iot:DescribeThing', 'iot:ListThingPrincipals'], thing),
            allowed(['iot:DescribeCertificate', 'iot:UpdateCertificate'], certificate),
            allowed(['iot:AttachThingPrincipal'], thing, certificate),
            allowed(['iot:AttachPolicy'], certificate),
            allowed(['iot:GetPolicy'], this.arn('policy', policyName)),
            allowed(['iot:DescribeThingType'], this.arn('thingtype', typeName)),
          ],
        }),
      },
    });
    for (const resource of [thing, certificate])
      acknowledgeWildcard(role, resource, 'Which devices there will be, nobody knows before they come.');
    return role;
  }

  /** The claim's: these three topics, their answers, and nothing else. */
  private claim(templateName: string): object {
    const topics = [
      '$aws/certificates/create/json',
      '$aws/certificates/create-from-csr/json',
      `$aws/provisioning-templates/${templateName}/provision/json`,
    ];
    const answers = topics.map((topic) => `${topic}/*`);
    const allowed = (Action: string, kind: string, names: string[]) => ({
      Effect: 'Allow',
      Action,
      Resource: names.map((name) => this.arn(kind, name)),
    });
    return {
      Version: '2012-10-17',
      Statement: [
        allowed('iot:Connect', 'client', [claimClient]),
        allowed('iot:Publish', 'topic', topics),
        allowed('iot:Subscribe', 'topicfilter', answers),
        allowed('iot:Receive', 'topic', answers),
      ],
    };
  }

  private arn(resource: string, resourceName: string): string {
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Arn.format({ service: 'iot', resource, resourceName, arnFormat }, Stack.of(this));
  }
}

/**
 * `FAIL`, for a thing that is there with other attributes or another type; untried, and says nothing of one that has the same
 * ones, so that it is no guard against who takes the name of another device.
 */
const templateFor = ({ policyName }: DevicePolicy, { typeName }: ThingType): object => ({
  Parameters: {
    DeviceId: { Type: 'String' },
    Region: { Type: 'String', Default: 'unknown' },
    Type: { Type: 'String', Default: 'unknown' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { Ref: 'DeviceId' },
        ThingTypeName: typeName,
        AttributePayload: { region: { Ref: 'Region' }, type: { Ref: 'Type' } },
      },
      OverrideSettings: { AttributePayload: 'FAIL', ThingTypeName: 'FAIL' },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
  },
});
