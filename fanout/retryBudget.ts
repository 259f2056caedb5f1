/** Each post earns so much of a retry. */
const perPost = 0.1;
/** Retries in hand at most, and at first. */
const burst = 10;

/**
 * How many retries are left, for all posts together: a tenth of the posts, and a few at once. So an edge that refuses
 * everything is not asked much more often than one that is well.
 */
export const retryBudget = () => {
  let retries = burst;
  return {
    earn: (): void => {
      retries = Math.min(burst, retries + perPost);
    },
    /** Takes one, if there is one. */
    spend: (): boolean => {
      if (retries < 1) return false;
      retries -= 1;
      return true;
    },
  };
};
export type RetryBudget = ReturnType<typeof retryBudget>;
