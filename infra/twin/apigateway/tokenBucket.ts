export type Throttle = { ratePerSecond: number; burst: number };

/** Whether one more request may pass at `now` (ms); starts full. */
export const tokenBucket = ({ ratePerSecond, burst }: Throttle): ((now: number) => boolean) => {
  let tokens = burst;
  let last: number | undefined;
  return (now) => {
    tokens = Math.min(burst, tokens + (Math.max(0, now - (last ?? now)) / 1000) * ratePerSecond);
    last = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
