import type {
  AttributeDefinition,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { objectOf, stringOf } from '../json.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';

/** A table of the template: how to create it, and which attribute tells when an item expires. */
export type TableDefinition = { create: CreateTableCommandInput; ttlAttribute?: string };

const used = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];

/** Settings that change nothing on a laptop: cost, encryption, backup, protection, throughput. */
const harmless = [
  ...[
    'Tags',
    'SSESpecification',
    'PointInTimeRecoverySpecification',
    'DeletionProtectionEnabled',
    'TableClass',
  ],
  ...['ContributorInsightsSpecification', 'BillingMode', 'WarmThroughput', 'OnDemandThroughput'],
  ...[
    'WriteOnDemandThroughputSettings',
    'ReadOnDemandThroughputSettings',
    'WriteProvisionedThroughputSettings',
  ],
  ...['ReadProvisionedThroughputSettings', 'ProvisionedThroughput', 'GlobalTableSettingsReplicationMode'],
];
const known = new Set([...used, ...harmless, 'TimeToLiveSpecification', 'Replicas']);
const knownOfReplica = new Set([...harmless, 'Region', 'GlobalSecondaryIndexes']);

/**
 * Reads an `AWS::DynamoDB::GlobalTable` or `::Table`. Capacity is not limited here, so every table is created on
 * demand. What the twin leaves aside (streams, further replicas, resource policies) is reported.
 */
export const tableDefinition = (resource: Resource, report: Report): TableDefinition => {
  const { properties, ref } = resource;
  reportLeftAside(resource, report);
  const ttl = objectOf(properties['TimeToLiveSpecification']);
  const ttlAttribute = ttl['Enabled'] === false ? undefined : stringOf(ttl['AttributeName']);
  const local = indexes(properties['LocalSecondaryIndexes']);
  const global = indexes(properties['GlobalSecondaryIndexes']);
  return {
    create: {
      TableName: ref,
      BillingMode: 'PAY_PER_REQUEST',
      // CloudFormation's shapes are the API's own; the store checks them.
      KeySchema: properties['KeySchema'] as KeySchemaElement[],
      AttributeDefinitions: properties['AttributeDefinitions'] as AttributeDefinition[],
      ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
      ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
    },
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
  };
};

/** Name, key and projection: an index's throughput and insights mean nothing here. */
const indexes = (value: unknown): (GlobalSecondaryIndex & LocalSecondaryIndex)[] =>
  (Array.isArray(value) ? value : []).map((index: unknown) => {
    const { IndexName, KeySchema, Projection } = objectOf(index);
    return { IndexName, KeySchema, Projection } as GlobalSecondaryIndex & LocalSecondaryIndex;
  });

const reportLeftAside = (resource: Resource, report: Report): void => {
  const leftAside = Object.keys(resource.properties).filter((name) => !known.has(name));
  const replicas = Array.isArray(resource.properties['Replicas']) ? resource.properties['Replicas'] : [];
  const ofReplica = objectOf(replicas[0]);
  leftAside.push(
    ...Object.keys(ofReplica)
      .filter((name) => !knownOfReplica.has(name))
      .map((name) => `Replicas.${name}`),
  );
  for (const replica of replicas.slice(1)) {
    leftAside.push(`the replica in ${stringOf(objectOf(replica)['Region']) ?? 'another region'}`);
  }
  for (const name of leftAside) report(notHonoured(resource, name));
};
