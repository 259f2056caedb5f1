import { describe } from 'vitest';
import { describeDevices } from '../devices.contract.ts';
import { memoryDevices } from './devices.ts';

describe('devices in memory', () => describeDevices(async () => memoryDevices()));
