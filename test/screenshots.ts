import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startForTest } from './local.ts';

/** `npm run screenshots`: pictures of a real run for the README, into docs/images/. Takes three minutes. */
const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const [desktop, phone, wall] = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 1920, height: 1080 },
];
const all = 'region=eu-west&region=eu-north&region=us-east&region=ap-south';
const pump = 'open=pump-002';

type Shot = {
  readonly name: string;
  readonly query: string;
  readonly viewport: typeof desktop;
  readonly colorScheme: 'light' | 'dark';
  /** Done on the page before it is taken. */
  readonly first?: (page: Page) => Promise<unknown>;
};

const say = async (page: Page): Promise<void> => {
  await page.getByRole('textbox').last().fill('Pump 2 knocks again. I am going to have a look.');
  await page.keyboard.press('Enter');
};

const shots: readonly Shot[] = [
  { name: 'fleet', query: all, viewport: desktop, colorScheme: 'light' },
  { name: 'fleet-dark-phone', query: all, viewport: phone, colorScheme: 'dark' },
  { name: 'device', query: `${all}&${pump}`, viewport: desktop, colorScheme: 'dark' },
  { name: 'device-phone', query: `${all}&${pump}`, viewport: phone, colorScheme: 'light' },
  { name: 'map', query: `${all}&show=map`, viewport: desktop, colorScheme: 'dark' },
  {
    name: 'watching',
    query: 'region=eu-west;rate=0.2&type=pump;where=vibration>2&panel=watching',
    viewport: desktop,
    colorScheme: 'light',
  },
  { name: 'connection', query: `${all}&panel=connection`, viewport: desktop, colorScheme: 'dark' },
  { name: 'notes', query: `${all}&panel=notes`, viewport: desktop, colorScheme: 'light', first: say },
  { name: 'wall', query: `${all}&wall=1`, viewport: wall, colorScheme: 'dark' },
];

/** @throws what the page complained of: a picture of a page that does not work is none. */
const take = async (browser: Browser, dashboardUrl: string, shot: Shot): Promise<void> => {
  const { name, query, viewport, colorScheme, first } = shot;
  const page = await browser.newPage({ viewport, colorScheme });
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${dashboardUrl}/?${query}`);
  await page.waitForSelector('[data-state="live"]');
  await first?.(page);
  await page.waitForTimeout(12_000); // The rates are means of ten seconds.
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.close();
  console.log(`docs/images/${name}.png`);
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const local = await startForTest({ devices: 24, rate: 1 });
const browser = await launchBrowser();
await mkdir(folder, { recursive: true });
console.log('Collecting a minute of readings …');
await new Promise((resolve) => setTimeout(resolve, 60_000));
for (const shot of shots) await take(browser, local.dashboardUrl, shot);
await browser.close();
await local.close();
