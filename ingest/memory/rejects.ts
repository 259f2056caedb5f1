import type { Reject, Rejects } from '../ports.ts';

/** Rejects in this process, for tests. */
export const memoryRejects = (): Rejects & { readonly kept: readonly Reject[] } => {
  const kept: Reject[] = [];
  return {
    kept,
    keep: async (reject) => {
      kept.push(reject);
    },
  };
};
