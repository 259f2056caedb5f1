import { firstValues, framesPerSecond } from './claims.ts';
import { benchFlags } from './launchForBench.ts';
import type { DashboardResult } from './measureDashboard.ts';
import type { LoadResult } from './measureLoad.ts';
import type { Scene } from './scene.ts';

const perSecond = (count: number, ms: number): string => ((1_000 * count) / ms).toFixed(1);
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
const ms = (value: number | undefined): string => (value === undefined ? '–' : `${Math.round(value)} ms`);

const rows: readonly (readonly [string, (load: LoadResult) => string])[] = [
  ['measured for, s', ({ probed }) => (probed.ms / 1_000).toFixed(0)],
  ['devices on the screen', ({ visible }) => String(visible)],
  ['updates/s taken', ({ probed }) => perSecond(probed.updates, probed.ms)],
  ['frames/s, requestAnimationFrame', ({ probed }) => framesPerSecond(probed).toFixed(1)],
  [
    'frames/s given to the display',
    ({ traced }) => (traced.presented === undefined ? '–' : (traced.presented / traced.seconds).toFixed(1)),
  ],
  ['between two frames, p99 ms', ({ probed }) => probed.frameGapP99.toFixed(1)],
  ['main thread busy', ({ traced }) => `${(100 * traced.busy).toFixed(0)} %`],
  ['tasks, p99 ms', ({ traced }) => traced.taskP99.toFixed(1)],
  ['an input waits, p99 ms', ({ probed }) => probed.delayP99.toFixed(1)],
  ['tasks over 50 ms, a minute', ({ probed }) => ((60_000 * probed.longTasks) / probed.ms).toFixed(1)],
  ['the longest task, ms', ({ probed, traced }) => Math.max(probed.longestTask, traced.longest).toFixed(0)],
  ['age of what is shown, p50 ms', ({ shownAge }) => shownAge.p50.toFixed(0)],
  ['age of what is shown, p99 ms', ({ shownAge }) => shownAge.p99.toFixed(0)],
  ['heap after GC, MB', ({ heapAfter }) => megabytes(heapAfter)],
  ['heap grew by, MB', ({ heapAfter, heapBefore }) => megabytes(heapAfter - heapBefore)],
];

const hotLines = ({ page, hot, traced }: LoadResult): string[] => [
  `\nWhere the main thread of ${page} spends its time:`,
  `  ${traced.kinds
    .slice(0, 6)
    .map(({ name, share }) => `${name} ${(100 * share).toFixed(0)} %`)
    .join(', ')}`,
  `  ${hot
    .slice(0, 6)
    .map(({ name, share }) => `${name} ${(100 * share).toFixed(1)} %`)
    .join(', ')}`,
];

/** The figures, side by side, for people. */
export const dashboardTable = (scene: Scene, result: DashboardResult): string => {
  const { chromium, viewport, loads, first, scroll } = result;
  const { width, height, scale } = viewport;
  const { devices, perSecond: rate } = scene.load;
  return [
    `Chromium ${chromium}, headless (60 Hz), ${benchFlags.join(' ')}: drawn in software. ${width} × ${height} CSS px at ${scale} device px each.`,
    `${devices} visible devices as small cells, ${rate} readings/s each.\n`,
    ''.padEnd(34) + loads.map(({ page }) => page.padStart(12)).join(''),
    ...rows.map(([name, of]) => name.padEnd(34) + loads.map((load) => of(load).padStart(12)).join('')),
    ...loads.flatMap(hotLines),
    '\nFirst visits to a warm twin (since the navigation began):',
    ...first.visits.map(
      ({ paint, value, pushed }, at) =>
        `  first paint ${ms(paint)}, first value ${ms(value)} (${ms(firstValues(result)[at])} later), first reading pushed ${ms(pushed)}`,
    ),
    `JavaScript: ${(first.javascript.transferred / 1e3).toFixed(1)} KB transferred, ${(first.javascript.unpacked / 1e3).toFixed(1)} KB unpacked, ${first.javascript.files} file(s).`,
    `List of ${scroll.devices}: ${scroll.displayed?.toFixed(1) ?? '–'} frames/s given to the display, ${framesPerSecond(scroll.probed).toFixed(1)} by requestAnimationFrame, over ${Math.round(scroll.scrolled)} px, p99 ${scroll.probed.frameGapP99.toFixed(1)} ms between two, an input waits ${scroll.probed.delayP99.toFixed(1)} ms at p99; ${scroll.blank} of ${scroll.looks} looks met no tile.`,
  ].join('\n');
};
