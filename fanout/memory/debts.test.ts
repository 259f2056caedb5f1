import { describeDebts } from '../debts.contract.ts';
import { memoryDebts } from './debts.ts';

describeDebts(async () => memoryDebts());
