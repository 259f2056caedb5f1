import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { deviceOf, measuredAt, type Course } from './feed.ts';
import { heapOf } from './heapOf.ts';
import { openProbed, type ProbedPage } from './openProbed.ts';
import type { Probed } from './probed.ts';
import { profiled, type Hot } from './profiled.ts';
import { viewportFor, type Scene } from './scene.ts';
import { traced, type Traced } from './traced.ts';

/** What a page made of the load. Times are ms, sizes bytes. */
export type LoadResult = {
  readonly page: 'ours' | 'naive';
  /** Tiles that were wholly on the screen. */
  readonly visible: number;
  readonly probed: Probed;
  readonly traced: Traced;
  readonly heapBefore: number;
  readonly heapAfter: number;
  /** How old the readings were that the tiles showed, looked at several times. */
  readonly shownAge: { readonly n: number; readonly p50: number; readonly p99: number };
  readonly hot: readonly Hot[];
};

const looks = 5;

/** A number as the page writes it, with separators. */
const numberIn = (text: string): number => Number(text.replaceAll(/\D/g, ''));

const agesOf = async ({ tiles }: ProbedPage, course: Course): Promise<number[]> => {
  const before = Date.now();
  const shown = await tiles();
  const now = (before + Date.now()) / 2;
  return shown.map(({ device, count = '' }) =>
    count === '' ? Infinity : now - measuredAt(course, deviceOf(device), numberIn(count)),
  );
};

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Infinity;

/** Opens a page in front of the feeder and measures it: first as it is, then its trace, then its profile. */
export const measureLoad = async (
  { browser, course, scene, scale }: { browser: Browser; course: Course; scene: Scene; scale: number },
  { name, url, seconds }: { name: LoadResult['page']; url: string; seconds: number },
  progress: (text: string, seconds: number) => void,
): Promise<LoadResult> => {
  const viewport = viewportFor(course.devices);
  const probed = await openProbed(browser, url, { viewport, deviceScaleFactor: scale });
  try {
    const { page } = probed;
    const cdp = await page.context().newCDPSession(page);
    await page.waitForSelector('[data-device]');
    progress(`${name}: warms up`, scene.warmUpSeconds);
    await wait(scene.warmUpSeconds * 1_000);

    const heapBefore = await heapOf(cdp);
    progress(`${name}: measured`, seconds);
    await probed.begin();
    const ages: number[] = [];
    for (let look = 0; look < looks; look += 1) {
      await wait((seconds * 1_000) / looks);
      ages.push(...(await agesOf(probed, course)));
    }
    const read = await probed.read();
    const heapAfter = await heapOf(cdp);
    const { length: visible } = await probed.tiles();

    progress(`${name}: traced`, 2 * scene.traceSeconds);
    const trace = await traced(cdp, () => wait(scene.traceSeconds * 1_000));
    const hot = await profiled(cdp, () => wait(scene.traceSeconds * 1_000));
    const shownAge = { n: ages.length, p50: quantile(ages, 0.5), p99: quantile(ages, 0.99) };
    return { page: name, visible, probed: read, traced: trace, heapBefore, heapAfter, shownAge, hot };
  } finally {
    await probed.close();
  }
};
