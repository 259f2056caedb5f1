import type { Browser } from 'playwright-core';
import { buildPage } from '../../../dashboard/build.ts';
import { buildNaive } from './buildNaive.ts';
import { launchForBench } from './launchForBench.ts';
import { measureFirst, type FirstResult } from './measureFirst.ts';
import { measureLoad, type LoadResult } from './measureLoad.ts';
import { measureScroll, type ScrollResult } from './measureScroll.ts';
import { region, viewportFor, type Feed, type Scene } from './scene.ts';
import { startFeeder, type Feeder } from './startFeeder.ts';
import { startPage } from './startPage.ts';

export type DashboardResult = {
  readonly chromium: string;
  readonly viewport: { readonly width: number; readonly height: number; readonly scale: number };
  readonly loads: readonly LoadResult[];
  readonly first: FirstResult;
  readonly scroll: ScrollResult;
};

export type Progress = (text: string, seconds: number) => void;

const query = `/?region=${region}&attention=off`;

/** Each measurement has a browser of its own, so that none pays for another. */
const withBrowser = async <T>(use: (browser: Browser) => Promise<T>): Promise<T> => {
  const browser = await launchForBench();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
};

const withFeeder = async <T>(feed: Feed, use: (feeder: Feeder) => Promise<T>): Promise<T> => {
  const feeder = await startFeeder(feed);
  try {
    return await use(feeder);
  } finally {
    await feeder.close();
  }
};

const withPage = async <T>(
  feeder: Feeder,
  directory: string | undefined,
  use: (url: string) => Promise<T>,
): Promise<T> => {
  const page = await startPage(feeder.url, directory);
  try {
    return await use(page.url);
  } finally {
    await page.close();
  }
};

const measureLoads = async (scene: Scene, scale: number, progress: Progress): Promise<LoadResult[]> => {
  const naive = await buildNaive();
  try {
    return await withFeeder(scene.load, async (feeder) => {
      const load = (name: LoadResult['page'], directory: string | undefined, path: string, seconds: number) =>
        withBrowser((browser) =>
          withPage(feeder, directory, (origin) =>
            measureLoad(
              { browser, course: feeder.course, scene, scale },
              { name, url: origin + path, seconds },
              progress,
            ),
          ),
        );
      return [
        await load('ours', undefined, `${query}&size=cell`, scene.seconds),
        await load('naive', naive.directory, '/', scene.naiveSeconds),
      ];
    });
  } finally {
    await naive.remove();
  }
};

/** Everything, one after the other. */
export const measureDashboard = async (
  scene: Scene,
  { scale, progress }: { scale: number; progress: Progress },
): Promise<DashboardResult> => {
  await buildPage();
  const first = await withBrowser((browser) => measureFirst(browser, scene.opens, progress));
  const scroll = await withFeeder(scene.list, (feeder) =>
    withPage(feeder, undefined, (url) =>
      withBrowser((browser) => measureScroll(browser, url + query, scene, progress)),
    ),
  );
  const loads = await measureLoads(scene, scale, progress);
  const chromium = await withBrowser(async (browser) => browser.version());
  return { chromium, viewport: { ...viewportFor(scene.load.devices), scale }, loads, first, scroll };
};
