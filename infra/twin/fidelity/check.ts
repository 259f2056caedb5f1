import type { World } from './world.ts';

/** What was seen: JSON, without anything that differs from run to run. */
export type Observation =
  | string
  | number
  | boolean
  | null
  | readonly Observation[]
  | { readonly [key: string]: Observation };

/** One rule of AWS that can be seen from outside. */
export type Check = {
  readonly name: string;
  /** Where the rule comes from: a page of AWS's documentation, a capture, or memory. */
  readonly source: string;
  /** Takes minutes or hours; on the twin it is done on a fast clock. */
  readonly slow?: true;
  readonly observe: (world: World) => Promise<Observation>;
  /** What is seen where the rule holds. */
  readonly expected: Observation;
};
