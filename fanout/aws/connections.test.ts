import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { describeConnections } from '../connections.contract.ts';
import { aConnection } from '../factories.ts';
import { dynamoConnections } from './connections.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { byPrincipal, connectionsKey } from './keys.ts';

describe('connections in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  const createTable = () => dynalite.createTable(connectionsKey, byPrincipal);

  describeConnections(async () => dynamoConnections(dynalite.db, await createTable()));

  it('end ten minutes after the edge has cut them, be they ever so busy', async () => {
    const table = await createTable();
    const connections = dynamoConnections(dynalite.db, table);
    const { connectionId, connectedAt } = aConnection();
    await connections.open(aConnection());
    await connections.admit(connectionId, connectedAt + 3_600_000);
    const { Item } = await dynalite.db.send(new GetCommand({ TableName: table, Key: { connectionId } }));
    expect(Item?.['expiresAt']).toBe((connectedAt + (2 * 60 + 10) * 60_000) / 1000);
  });
});
