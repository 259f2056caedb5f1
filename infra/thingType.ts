import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnThingType } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';

/**
 * The type of devices, for whoever looks for them in the registry by region or by type. It stays when the stack goes, as AWS
 * IoT deletes a type no sooner than five minutes after it is deprecated, and not while a thing has it.
 */
export class ThingType extends Construct {
  readonly typeName: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const type = new CfnThingType(this, 'Type', {
      thingTypeProperties: {
        thingTypeDescription: 'Publishes telemetry to Fieldcast',
        searchableAttributes: ['region', 'type'],
      },
    });
    type.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.typeName = type.ref;
  }
}
