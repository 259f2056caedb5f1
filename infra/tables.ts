import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { connectionsKey, subscriptionsKey, ttlAttribute } from '../fanout/aws/keys.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** Who is connected, and who wants what. Nothing in them outlives a connection, so they go with the stack. */
export class Tables extends Construct {
  readonly connections: TableV2;
  readonly subscriptions: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const shortLived = {
      billing: Billing.onDemand(),
      timeToLiveAttribute: ttlAttribute,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.connections = new TableV2(this, 'Connections', {
      partitionKey: text(connectionsKey.partition),
      ...shortLived,
    });
    this.subscriptions = new TableV2(this, 'Subscriptions', {
      partitionKey: text(subscriptionsKey.partition),
      sortKey: text(subscriptionsKey.sort),
      ...shortLived,
    });
  }

  /** The environment by which handlers find the tables. */
  get environment(): Record<string, string> {
    return {
      CONNECTIONS_TABLE: this.connections.tableName,
      SUBSCRIPTIONS_TABLE: this.subscriptions.tableName,
    };
  }
}
