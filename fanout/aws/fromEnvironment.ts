import * as z from 'zod/mini';
import { dynamoFromEnvironment } from './clientsFromEnvironment.ts';
import { dynamoConnections } from './connections.ts';
import { dynamoDebts } from './debts.ts';
import { dynamoDevices } from './devices.ts';
import { environment } from './environment.ts';
import { dynamoPaces } from './paces.ts';
import { dynamoReadings } from './readings.ts';
import { dynamoSubscriptions } from './subscriptions.ts';

const tableName = z.string().check(z.minLength(1));
const minutes = z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1440));

/** One client for all stores, for the life of the execution environment. */
const db = dynamoFromEnvironment();

/** `connections` and `subscriptions`, by CONNECTIONS_TABLE and SUBSCRIPTIONS_TABLE. */
export const connectionStores = () => {
  const { CONNECTIONS_TABLE, SUBSCRIPTIONS_TABLE } = environment(
    z.object({ CONNECTIONS_TABLE: tableName, SUBSCRIPTIONS_TABLE: tableName }),
  );
  return {
    connections: dynamoConnections(db, CONNECTIONS_TABLE),
    subscriptions: dynamoSubscriptions(db, SUBSCRIPTIONS_TABLE),
  };
};

/** `devices` and `readings`, by DEVICES_TABLE, MEMBERS_TABLE, READINGS_TABLE and HISTORY_MINUTES. */
export const deviceStores = () => {
  const { DEVICES_TABLE, MEMBERS_TABLE, READINGS_TABLE, HISTORY_MINUTES } = environment(
    z.object({
      DEVICES_TABLE: tableName,
      MEMBERS_TABLE: tableName,
      READINGS_TABLE: tableName,
      HISTORY_MINUTES: minutes,
    }),
  );
  return {
    devices: dynamoDevices(db, { devices: DEVICES_TABLE, members: MEMBERS_TABLE }),
    readings: dynamoReadings(db, READINGS_TABLE, HISTORY_MINUTES * 60_000),
  };
};

/** `debts`, by DEBTS_TABLE. */
export const debtStore = () => {
  const { DEBTS_TABLE } = environment(z.object({ DEBTS_TABLE: tableName }));
  return { debts: dynamoDebts(db, DEBTS_TABLE) };
};

/** `paces`, by PACES_TABLE. */
export const paceStore = () => {
  const { PACES_TABLE } = environment(z.object({ PACES_TABLE: tableName }));
  return { paces: dynamoPaces(db, PACES_TABLE, Date.now) };
};
