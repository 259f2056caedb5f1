import type { Claim } from '../bench/claim.ts';
import { median } from '../bench/median.ts';
import type { Sample, WallResult, WallRun } from './wallRun.ts';

export const allowedGrowthBytes = 10e6;
/** Of the later half against the quarter before it: what grows all the time grows here too. */
export const allowedDriftBytes = 2e6;
/** Readings, one every 2 s of the wall clock, that a tile may be behind: the way, a look, and a machine that is busy. */
export const allowedLag = 5;

const quarter = (samples: readonly Sample[], n: number): Sample[] =>
  samples.slice(Math.floor((samples.length * n) / 4), Math.floor((samples.length * (n + 1)) / 4));

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
const grown = (before: readonly Sample[], after: readonly Sample[], of: (sample: Sample) => number): number =>
  (median(after.map(of)) ?? NaN) - (median(before.map(of)) ?? NaN);

/** What is claimed of a page that nobody touches. */
export const wallClaims = (
  { hours, devices }: WallRun,
  { samples, sockets, renewals, pings }: WallResult,
): Claim[] => {
  const last = samples.at(-1);
  const [first, third, fourth] = [quarter(samples, 0), quarter(samples, 2), quarter(samples, 3)];
  const growth = grown(first, fourth, ({ heap }) => heap);
  const drift = grown(third, fourth, ({ heap }) => heap);
  const nodes = grown(first, fourth, (sample) => sample.nodes);
  const listeners = grown(first, fourth, (sample) => sample.listeners);
  const expected = 2 + Math.floor(hours / 2);
  return [
    {
      text: `the heap grew by ${megabytes(growth)} MB from the first quarter to the last; less than ${allowedGrowthBytes / 1e6} MB is claimed`,
      holds: samples.length >= 4 && growth < allowedGrowthBytes,
    },
    {
      text: `it grew by ${megabytes(drift)} MB from the third quarter to the last; less than ${allowedDriftBytes / 1e6} MB is claimed`,
      holds: drift < allowedDriftBytes,
    },
    {
      text: `${nodes} DOM nodes and ${listeners} listeners more in the last quarter than in the first; fewer than 100 and 20 are claimed`,
      holds: nodes < 100 && listeners < 20,
    },
    { text: `the page is ${last?.state ?? 'gone'} at the end`, holds: last?.state === 'live' },
    {
      text: `it shows ${last?.tiles ?? 0} of ${devices} devices at the end, at most ${last?.lag ?? Infinity} readings behind; ${allowedLag} is claimed`,
      holds: last?.tiles === devices && last.lag <= allowedLag,
    },
    {
      text: `${sockets.opened} connections, at least ${expected} are claimed: one that was cut, one moved from before each two-hour cut; never more than ${sockets.most} at once, 2 is claimed`,
      holds: sockets.opened >= expected && sockets.most <= 2,
    },
    {
      text: `${renewals} newer tokens were given, at least ${Math.floor(hours)} is claimed`,
      holds: renewals >= Math.floor(hours),
    },
    { text: `${pings} pings kept it from the idle cut`, holds: hours < 0.5 || pings > 0 },
  ];
};
