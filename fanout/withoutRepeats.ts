import { nameOf } from './newest.ts';
import type { Recorded } from './ports.ts';

/** A retry records a reading again; the first one counts. */
export const withoutRepeats = (recorded: readonly Recorded[]): Recorded[] => {
  const names = new Set<string>();
  return recorded.filter(({ reading }) => names.size < names.add(nameOf(reading)).size);
};
