import { DevicesError } from '../devicesError.ts';

/** The error for a run that was stopped before its end. */
export const stopped = (): DevicesError =>
  new DevicesError('expectation_failed', 'Stopped before the end of the scenario: nothing was judged.');
