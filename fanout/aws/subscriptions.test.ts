import { describe } from 'vitest';
import { describeSubscriptions } from '../subscriptions.contract.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { subscriptionsKey } from './keys.ts';
import { dynamoSubscriptions } from './subscriptions.ts';

describe('subscriptions in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  describeSubscriptions(async () =>
    dynamoSubscriptions(dynalite.db, await dynalite.createTable(subscriptionsKey)),
  );
});
