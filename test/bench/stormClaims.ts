import type { Claim } from './claim.ts';
import type { StormResult } from './stormRun.ts';
import { allowedPosts, allowedRatio, longestSeconds, type Storm } from './stormScene.ts';

const n = (count: number): string => count.toLocaleString('en');

const goneAfter = (seconds: number | undefined): string =>
  seconds === undefined ? 'not gone' : `gone after ${seconds} s`;
const isInTime = (seconds: number | undefined): boolean => seconds !== undefined && seconds <= longestSeconds;

/** What must come of a storm of any size. */
export const stormCountClaims = (storm: Storm, result: StormResult): Claim[] => {
  const { posted, mostPosts, missing, subscriptionsGoneSeconds, connectionsGoneSeconds } = result;
  return [
    {
      text: `${n(posted)} of ${n(storm.dead)} dead connections were posted to, none more than ${mostPosts} times; at most ${allowedPosts} is claimed`,
      holds: posted === storm.dead && mostPosts <= allowedPosts,
    },
    {
      text: `dead subscriptions ${goneAfter(subscriptionsGoneSeconds)}, dead connections ${goneAfter(connectionsGoneSeconds)}; within ${longestSeconds} s is claimed`,
      holds: isInTime(subscriptionsGoneSeconds) && isInTime(connectionsGoneSeconds),
    },
    { text: `${n(missing)} readings missing at live viewers`, holds: missing === 0 },
  ];
};

export const stormTimeClaim = ({ baseline, storm }: StormResult): Claim => ({
  text: `live viewers' p99 is ${Math.round(storm.p99)} ms in the storm, ${Math.round(baseline.p99)} ms before; at most ${allowedRatio} times is claimed`,
  holds: storm.p99 <= baseline.p99 * allowedRatio,
});
