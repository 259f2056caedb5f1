import { describe } from 'vitest';
import { describePaces } from '../paces.contract.ts';
import { memoryPaces } from './paces.ts';

describe('paces in memory', () => describePaces(async () => memoryPaces()));
