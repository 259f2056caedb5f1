import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  byPrincipal,
  connectionsKey,
  debtsKey,
  devicesKey,
  membersKey,
  pacesKey,
  readingsKey,
  subscriptionsKey,
  ttlAttribute,
} from '../fanout/aws/keys.ts';
import { encryption } from './encryption.ts';
import type { Settings } from './settings.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });
const number = (name: string) => ({ name, type: AttributeType.NUMBER });

const keyOf = (key: { partition: string; sort?: string }) => ({
  partitionKey: text(key.partition),
  ...(key.sort === undefined ? {} : { sortKey: text(key.sort) }),
});

/**
 * Who is connected, who wants what, which devices there are and what they said of late. All of it ends by itself and comes
 * back by itself as viewers connect and devices send, so the tables go with the stack.
 */
export class Tables extends Construct {
  readonly connections = this.table('Connections', connectionsKey);
  readonly subscriptions = this.table('Subscriptions', subscriptionsKey);
  readonly devices = this.table('Devices', devicesKey);
  readonly members = this.table('Members', membersKey);
  readonly readings = this.table('Readings', readingsKey);
  readonly paces = this.table('Paces', pacesKey);
  readonly debts = this.table('Debts', debtsKey);
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id);
    this.settings = settings;
    this.connections.addGlobalSecondaryIndex({
      indexName: byPrincipal.name,
      partitionKey: text(byPrincipal.partition),
      sortKey: number(byPrincipal.sort),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** The index that tells which connections a principal has. */
  get connectionsByPrincipal(): string {
    return `${this.connections.tableArn}/index/${byPrincipal.name}`;
  }

  /** The environment by which handlers find the tables. */
  get environment(): Record<string, string> {
    return {
      CONNECTIONS_TABLE: this.connections.tableName,
      SUBSCRIPTIONS_TABLE: this.subscriptions.tableName,
      DEVICES_TABLE: this.devices.tableName,
      MEMBERS_TABLE: this.members.tableName,
      READINGS_TABLE: this.readings.tableName,
      PACES_TABLE: this.paces.tableName,
      DEBTS_TABLE: this.debts.tableName,
      HISTORY_MINUTES: String(this.settings.historyMinutes),
    };
  }

  private table(id: string, key: { partition: string; sort?: string }): TableV2 {
    return new TableV2(this, id, {
      ...keyOf(key),
      billing: Billing.onDemand(),
      encryption: encryption.table,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: ttlAttribute,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
