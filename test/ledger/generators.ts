import type { Below } from '../../fanout/seeded.testing.ts';
import { seededRandom } from '../../infra/twin/faults/seededRandom.ts';

/** Random whole numbers for whoever has this name: nobody draws from another's, so that one who is slow disturbs none. */
export type BelowOf = (name: string) => Below;

/** The same numbers for the same seed and name. */
export const generators =
  (seed: number): BelowOf =>
  (name) => {
    const random = seededRandom(`${seed} ${name}`);
    return (n) => Math.floor(random() * n);
  };
