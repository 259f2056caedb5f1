import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type Opened = {
  readonly page: Page;
  /** What went wrong in it: exceptions, what the Content-Security-Policy refused. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
};

/** A page in a context of its own, open and live unless told otherwise. `first` is done before it is loaded. */
export const openPage = async (
  browser: Browser,
  url: string,
  {
    until = '[data-state="live"]',
    first,
    ...options
  }: BrowserContextOptions & { until?: string; first?: (page: Page) => Promise<unknown> } = {},
): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  await first?.(page);
  await page.goto(url);
  await page.waitForSelector(until);
  return { page, complaints, close: () => context.close() };
};
