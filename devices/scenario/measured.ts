import type { About } from './facts.ts';

/** What was found of what an expectation is about. */
export type Measured = {
  /** Undefined where there was nothing to measure: no such reading or viewer. */
  readonly found: number | undefined;
  /** Those that are counted; of a latency the slowest first. */
  readonly counted: readonly About[];
  /** Those that could have been and are not. */
  readonly others: readonly About[];
  /** What else there is to say of it: which viewer or device how often. */
  readonly notes?: readonly string[];
};
