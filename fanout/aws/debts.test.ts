import { describe } from 'vitest';
import { describeDebts } from '../debts.contract.ts';
import { dynamoDebts } from './debts.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { debtsKey } from './keys.ts';

describe('debts in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  describeDebts(async () => dynamoDebts(dynalite.db, await dynalite.createTable(debtsKey)));
});
