import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import type { Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import type { Ask } from './ask.ts';
import type { Call } from './call.ts';
import { meteredAsk } from './consumption.ts';
import { ensureTable } from './createTables.ts';
import { createFront, type Front } from './front.ts';
import { meteredTable } from './indexUnits.ts';
import { openStore, ownKeyId } from './store.ts';
import { tableKeys, type TableKeys } from './tableKeys.ts';
import { tableDefinition, type TableDefinition } from './tableDefinition.ts';
import type { ExpiringTable } from './ttlSweep.ts';
import { startTtlSweeper } from './ttlSweeper.ts';

export type TablesOptions = {
  /** `AWS::DynamoDB::GlobalTable` and `::Table`; others are passed over. */
  resources: readonly Resource[];
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  /** Folder that keeps the items across starts; without it they are in memory. */
  path?: string;
  report: Report;
  /** What goes wrong for every client but the twin's own. Nothing by default. */
  faults?: Pick<Faults, 'hit'>;
  meter?: Pick<Meter, 'add'>;
  /** Why a caller may not do something, by the access key id that signed; undefined: it may. Everybody may by default. */
  refusal?: (accessKeyId: string, call: Call, tables: ReadonlyMap<string, TableKeys>) => string | undefined;
};

export type Tables = {
  /** What `AWS_ENDPOINT_URL_DYNAMODB` is to be. */
  endpoint: string;
  port: number;
  /** Deletes what has expired by now, outside the usual round; returns how many items went. */
  sweep: () => Promise<number>;
  close: () => Promise<void>;
};

/**
 * Starts dynalite and creates the template's tables, all ACTIVE when this resolves. Throws TwinError: `port_taken`,
 * `folder_in_use`,
 * `table_differs` (a kept table has other keys), `bad_table` (the store refuses the definition).
 */
export const startTables = async (options: TablesOptions): Promise<Tables> => {
  const { resources, host, path, clock, report } = options;
  const definitions = resources
    .filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable' || type === 'AWS::DynamoDB::Table')
    .map((resource) => tableDefinition(resource, report));
  const front = frontOf(options, definitions);
  const store = await openStore({ host, port: options.port, path, report, ...(front && { front }) });
  const client = clientOf(store.endpoint);
  const close = async (): Promise<void> => {
    client.destroy();
    await store.close();
  };
  try {
    for (const { create } of definitions) await ensureTable(client, create, path);
  } catch (error) {
    await close();
    throw error;
  }
  const sweeper = startTtlSweeper(client, definitions.flatMap(expiring), clock, report);
  return {
    endpoint: store.endpoint,
    port: store.port,
    sweep: sweeper.sweep,
    close: async () => {
      await sweeper.close();
      await close();
    },
  };
};

/** Undefined where nobody could tell the difference. */
const frontOf = (
  { faults, meter, clock, refusal }: TablesOptions,
  definitions: readonly TableDefinition[],
): ((ask: Ask) => Front) | undefined => {
  if (faults === undefined && meter === undefined && refusal === undefined) return undefined;
  const named = definitions.map(
    (definition) => [definition.create.TableName ?? '', meteredTable(definition)] as const,
  );
  const tables = new Map(named);
  const keys = new Map(definitions.map((one) => [one.create.TableName ?? '', tableKeys(one)] as const));
  return (ask) => {
    const perform = meter === undefined ? ask : meteredAsk({ meter, tables, ask });
    return createFront({
      faults: faults ?? noFaults,
      clock,
      perform,
      ask,
      refusal: refusal && ((accessKeyId, call) => refusal(accessKeyId, call, keys)),
    });
  };
};

/** The twin's own client; the store checks no signature. */
const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: ownKeyId, secretAccessKey: 'twin' },
    maxAttempts: 1,
  });

const expiring = ({ create, ttlAttribute }: TableDefinition): ExpiringTable[] => {
  if (ttlAttribute === undefined) return [];
  const keys = (create.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
  return [{ name: create.TableName ?? '', keys, ttlAttribute }];
};
