import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { startForTest } from '../../local.ts';
import { openProbed } from './openProbed.ts';
import type { FirstOnes } from './probed.ts';

/** What a first visit costs. Times are ms, sizes bytes. */
export type FirstResult = {
  /** Of every visit, since its navigation began. */
  readonly visits: readonly FirstOnes[];
  /** Bodies of the JavaScript as they came over the network, and what they are unpacked. */
  readonly javascript: { readonly transferred: number; readonly unpacked: number; readonly files: number };
};

const devices = 8;
const patienceMs = 20_000;

const visit = async (browser: Browser, url: string): Promise<FirstOnes> => {
  const probed = await openProbed(browser, url, { viewport: { width: 1440, height: 900 } });
  try {
    const until = performance.now() + patienceMs;
    for (;;) {
      const first = await probed.first();
      const isWhole = first.value !== undefined && first.pushed !== undefined;
      if (isWhole || performance.now() > until) return first;
      await wait(50);
    }
  } finally {
    await probed.close();
  }
};

const weigh = async (browser: Browser, url: string): Promise<FirstResult['javascript']> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const scripts: Promise<{ transferred: number; unpacked: number }>[] = [];
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return;
    scripts.push(
      Promise.all([response.request().sizes(), response.body()]).then(([{ responseBodySize }, body]) => ({
        transferred: responseBodySize,
        unpacked: body.length,
      })),
    );
  });
  await page.goto(url);
  await page.waitForSelector('[data-device]');
  const sizes = await Promise.all(scripts);
  await context.close();
  const sum = (of: (size: (typeof sizes)[number]) => number) => sizes.reduce((all, one) => all + of(one), 0);
  return {
    transferred: sum(({ transferred }) => transferred),
    unpacked: sum(({ unpacked }) => unpacked),
    files: sizes.length,
  };
};

/** Opens our page several times, each in a new context, in front of a twin that has served it before. */
export const measureFirst = async (
  browser: Browser,
  opens: number,
  progress: (text: string, seconds: number) => void,
): Promise<FirstResult> => {
  progress('twin: starts', 15);
  const local = await startForTest({ devices, rate: 2 });
  try {
    const url = `${local.dashboardUrl}/?region=eu-west`;
    progress('twin: warms up', 10);
    const javascript = await weigh(browser, url);
    await visit(browser, url);
    progress('twin: visited', 2 * opens);
    const visits: FirstOnes[] = [];
    for (let n = 0; n < opens; n += 1) visits.push(await visit(browser, url));
    return { visits, javascript };
  } finally {
    await local.close();
  }
};
