import type { Clock } from '../clock.ts';
import type { WebSocketApiDefinition } from './definition.ts';
import { tokenBucket } from './tokenBucket.ts';

/**
 * The stage's throttle: one bucket for each route of each stage, the route's own settings before the default ones.
 * The account-wide quotas (10,000 requests and 500 new connections a second) are not enforced.
 */
export const routeThrottle = ({ stages }: WebSocketApiDefinition, { now }: Clock) => {
  const buckets = new Map<string, (now: number) => boolean>();
  return (stageName: string, routeKey: string): boolean => {
    const stage = stages.get(stageName);
    const throttle = stage?.routeThrottles.get(routeKey) ?? stage?.throttle;
    if (!throttle) return true;
    const key = `${stageName}/${routeKey}`;
    const bucket = buckets.get(key) ?? tokenBucket(throttle);
    buckets.set(key, bucket);
    return bucket(now());
  };
};
