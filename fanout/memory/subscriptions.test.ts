import { describe } from 'vitest';
import { describeSubscriptions } from '../subscriptions.contract.ts';
import { memorySubscriptions } from './subscriptions.ts';

describe('subscriptions in memory', () => describeSubscriptions(async () => memorySubscriptions()));
