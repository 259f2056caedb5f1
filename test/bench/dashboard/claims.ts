import type { Claim } from '../claim.ts';
import { median } from '../median.ts';
import type { DashboardResult } from './measureDashboard.ts';
import type { LoadResult } from './measureLoad.ts';
import type { Scene } from './scene.ts';

export const allowed = {
  framesPerSecond: 55,
  taskMs: 50,
  heapBytes: 10e6,
  firstValueMs: 1_000,
  javascriptBytes: 80e3,
  /** One of 500 devices rests half a second once it was drawn; the rest is the way and the sampling. */
  shownAgeMs: 1_000,
  /** Three frames of 60 Hz, with what a clock is off. */
  frameGapMs: 51,
} as const;

const n = (value: number): string => Math.round(value).toLocaleString('en');
export const framesPerSecond = ({ frames, ms }: { frames: number; ms: number }): number =>
  (1_000 * frames) / ms;

/** From the first paint to the first value, of each visit; Infinity where either did not come about. */
export const firstValues = ({ first }: DashboardResult): number[] =>
  first.visits.map(({ paint = 0, value = Infinity }) => Math.max(0, value - paint));

const ours = ({ loads }: DashboardResult): LoadResult | undefined =>
  loads.find(({ page }) => page === 'ours');

/** What must be so however fast the machine is. */
export const dashboardCountClaims = (scene: Scene, result: DashboardResult): Claim[] => {
  const { javascript, visits } = result.first;
  const { blank, looks, scrolled } = result.scroll;
  return [
    ...result.loads.map(({ page, visible }) => ({
      text: `${page}: ${n(visible)} of ${n(scene.load.devices)} devices are on the screen`,
      holds: visible === scene.load.devices,
    })),
    ...result.loads.map(({ page, probed, shownAge }) => ({
      text: `${page}: ${n(probed.updates)} updates came, and every tile shows one`,
      holds: probed.updates > 0 && shownAge.n > 0 && Number.isFinite(shownAge.p99),
    })),
    {
      text: `a value is seen at ${visits.filter(({ value }) => value !== undefined).length} of ${visits.length} visits to the twin`,
      holds: visits.every(({ value }) => value !== undefined),
    },
    {
      text: `JavaScript is ${(javascript.transferred / 1e3).toFixed(1)} KB as it is transferred; less than ${allowed.javascriptBytes / 1e3} KB is claimed`,
      holds: javascript.transferred > 0 && javascript.transferred < allowed.javascriptBytes,
    },
    {
      text: `the list of ${n(scene.list.devices)} was scrolled by ${n(scrolled)} px; ${blank} of ${looks} looks met no tile`,
      holds: scrolled > 0 && looks > 0 && blank / looks < 0.5,
    },
  ];
};

/** What must be so on a machine that has nothing else to do. */
export const dashboardTimeClaims = (scene: Scene, result: DashboardResult): Claim[] => {
  const load = ours(result);
  if (load === undefined) return [{ text: 'our page was measured', holds: false }];
  const { probed, traced, heapBefore, heapAfter, shownAge } = load;
  const rate = scene.load.devices * scene.load.perSecond;
  const taken = (1_000 * probed.updates) / probed.ms;
  const drawn = framesPerSecond(probed);
  const scrolled = result.scroll.displayed ?? framesPerSecond(result.scroll.probed);
  const first = median(firstValues(result)) ?? Infinity;
  const { blank } = result.scroll;
  return [
    {
      text: `${drawn.toFixed(1)} frames/s are drawn; at least ${allowed.framesPerSecond} is claimed`,
      holds: drawn >= allowed.framesPerSecond,
    },
    {
      text: `${n(taken)} of ${n(rate)} updates/s are taken; at least 99 % is claimed`,
      holds: taken >= 0.99 * rate,
    },
    {
      text: `what the tiles show is ${n(shownAge.p99)} ms old at p99; at most ${n(allowed.shownAgeMs)} ms is claimed`,
      holds: shownAge.p99 <= allowed.shownAgeMs,
    },
    {
      text: `tasks take ${traced.taskP99.toFixed(1)} ms at p99, an input at any moment waits ${probed.delayP99.toFixed(1)} ms at p99; less than ${allowed.taskMs} ms is claimed of both`,
      holds: traced.taskP99 < allowed.taskMs && probed.delayP99 < allowed.taskMs,
    },
    {
      text: `two frames are ${probed.frameGapP99.toFixed(1)} ms apart at p99, over the whole time; at most three frames of 60 Hz are claimed`,
      holds: probed.frameGapP99 <= allowed.frameGapMs,
    },
    {
      text: `the heap grew by ${((heapAfter - heapBefore) / 1e6).toFixed(2)} MB in ${n(probed.ms / 1_000)} s; less than ${allowed.heapBytes / 1e6} MB is claimed`,
      holds: heapAfter - heapBefore < allowed.heapBytes,
    },
    {
      text: `the first value is seen ${n(first)} ms after the first paint, as the median of ${result.first.visits.length} visits; less than ${n(allowed.firstValueMs)} ms is claimed`,
      holds: first < allowed.firstValueMs,
    },
    {
      text: `${n(scene.list.devices)} devices scroll at ${scrolled.toFixed(1)} frames/s, ${blank} times without a tile in sight; at least ${allowed.framesPerSecond} and never is claimed`,
      holds: scrolled >= allowed.framesPerSecond && blank === 0,
    },
  ];
};
