import { describeStores } from '../stores.contract.ts';
import { memoryConnections, memorySubscriptions } from './stores.ts';

describeStores('memory', async () => ({
  connections: memoryConnections(),
  subscriptions: memorySubscriptions(),
}));
