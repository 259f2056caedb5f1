import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { FirstOnes, Probed, ShownTile } from './probed.ts';

/** A page with the probe in it. */
export type ProbedPage = {
  readonly page: Page;
  readonly begin: () => Promise<void>;
  readonly read: () => Promise<Probed>;
  readonly tiles: () => Promise<ShownTile[]>;
  readonly first: () => Promise<FirstOnes>;
  readonly watchForHoles: () => Promise<void>;
  readonly looks: () => Promise<{ looks: number; blank: number }>;
  readonly close: () => Promise<void>;
};

const built = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page', 'probe.mts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};
let probe: Promise<string> | undefined;

const told = (context: BrowserContext, page: Page): ProbedPage => {
  const call = <T>(name: string): Promise<T> => page.evaluate<T>(`fieldcastProbe.${name}()`);
  return {
    page,
    begin: () => call('begin'),
    read: () => call('read'),
    tiles: () => call('tiles'),
    first: () => call('first'),
    watchForHoles: () => call('watchForHoles'),
    looks: () => call('looks'),
    close: () => context.close(),
  };
};

/** Opens an address in a context of its own, measured from its first moment. */
export const openProbed = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<ProbedPage> => {
  const context = await browser.newContext(options);
  await context.addInitScript({ content: await (probe ??= built()) });
  const page = await context.newPage();
  await page.goto(url);
  return told(context, page);
};
