import { describe } from 'vitest';
import { describeConnections } from '../connections.contract.ts';
import { memoryConnections } from './connections.ts';

describe('connections in memory', () => describeConnections(async () => memoryConnections()));
