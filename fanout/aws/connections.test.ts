import { describe, expect, it } from 'vitest';
import { describeConnections } from '../connections.contract.ts';
import { aConnection } from '../factories.ts';
import { limits } from '../limits.ts';
import type { Condition } from '../protocol.ts';
import { dynamoConnections } from './connections.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { byPrincipal, connectionsKey } from './keys.ts';

describe('connections in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  const createTable = () => dynalite.createTable(connectionsKey, byPrincipal);
  const { connectionId, connectedAt } = aConnection();

  describeConnections(async () => dynamoConnections(dynalite.db, await createTable()));

  it('end ten minutes after the edge has cut them, be they ever so busy', async () => {
    const table = await createTable();
    const connections = dynamoConnections(dynalite.db, table);
    await connections.open(aConnection());
    await connections.admit(connectionId, connectedAt + 3_600_000);
    const row = await dynalite.db.get({ TableName: table, Key: { connectionId } });
    expect(row?.['expiresAt']).toBe((connectedAt + (2 * 60 + 10) * 60_000) / 1000);
  });

  it('are full when their row can take no more', async () => {
    const connections = dynamoConnections(dynalite.db, await createTable());
    const where: Condition[] = Array.from({ length: limits.conditions }, () => ({
      field: '\u0001'.repeat(limits.fieldCharacters), // As JSON six times as long.
      op: '==',
      value: '\u0001'.repeat(limits.whereTextCharacters),
    }));
    await connections.open(aConnection());
    const outcomes: string[] = [];
    for (let n = 0; n < limits.subscriptions; n += 1) {
      const subscription = { connectionId, target: 'type#pump', id: `s${n}`, where } as const;
      outcomes.push((await connections.claim(subscription, limits.subscriptions)).outcome);
    }
    expect(new Set(outcomes)).toEqual(new Set(['claimed', 'full']));
    const claimed = outcomes.filter((outcome) => outcome === 'claimed');
    expect((await connections.find(connectionId))?.subscriptions).toHaveLength(claimed.length);
  });
});
