import { maxPublishesPerSecond } from './limits.ts';

/**
 * Counts the publishes of one connection; tells of each whether it is within the quota, and whether it is the first
 * of its second that is not. `now` in milliseconds. A second begins with the first publish after the last one ended.
 */
export const createPublishQuota = (): ((now: number) => 'within' | 'first over' | 'over') => {
  let since = -Infinity;
  let count = 0;
  return (now) => {
    if (now - since >= 1000) {
      since = now;
      count = 0;
    }
    count++;
    if (count <= maxPublishesPerSecond) return 'within';
    return count === maxPublishesPerSecond + 1 ? 'first over' : 'over';
  };
};
