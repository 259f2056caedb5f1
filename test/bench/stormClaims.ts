import type { Claim } from './claim.ts';
import type { StormResult } from './stormRun.ts';
import { allowedPosts, allowedRatio, longestSeconds, type Storm } from './stormScene.ts';

const n = (count: number): string => count.toLocaleString('en');

const goneAfter = (seconds: number | undefined): string =>
  seconds === undefined ? 'not gone' : `gone after ${seconds} s`;
const isInTime = (seconds: number | undefined): boolean => seconds !== undefined && seconds <= longestSeconds;

/** What must come of a storm, however fast the machine is. */
export const stormCountClaims = (storm: Storm, result: StormResult): Claim[] => {
  const { posted, mostPosts, missing, subscriptionsGoneSeconds, connectionsGoneSeconds } = result;
  return [
    {
      text: `${n(posted)} of ${n(storm.dead)} dead connections were posted to`,
      holds: posted === storm.dead,
    },
    {
      text: `no dead connection was posted to more than ${mostPosts} times; at most ${allowedPosts} is claimed`,
      holds: mostPosts <= allowedPosts,
    },
    {
      text: 'the rows of dead subscriptions and connections are gone at the end',
      holds: subscriptionsGoneSeconds !== undefined && connectionsGoneSeconds !== undefined,
    },
    { text: `${n(missing)} readings missing at live viewers`, holds: missing === 0 },
  ];
};

/** What must come of it on a machine that is up to a reading a second for all these viewers. */
export const stormTimeClaims = (result: StormResult): Claim[] => {
  const { baseline, storm, subscriptionsGoneSeconds, connectionsGoneSeconds } = result;
  return [
    {
      text: `dead subscriptions ${goneAfter(subscriptionsGoneSeconds)}, dead connections ${goneAfter(connectionsGoneSeconds)}; within ${longestSeconds} s is claimed`,
      holds: isInTime(subscriptionsGoneSeconds) && isInTime(connectionsGoneSeconds),
    },
    {
      text: `live viewers' p99 is ${Math.round(storm.p99)} ms in the storm, ${Math.round(baseline.p99)} ms before; at most ${allowedRatio} times is claimed`,
      holds: storm.p99 <= baseline.p99 * allowedRatio,
    },
  ];
};
