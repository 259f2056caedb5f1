import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser.ts';
import { startForTest } from './local.ts';

/** `npm run screenshots`: pictures of a real run for the README, into docs/images/. Takes a minute. */
const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const shots = [
  { name: 'dashboard-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dashboard-dark-phone', width: 390, height: 844, colorScheme: 'dark' },
] as const;

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const local = await startForTest({ devices: 24, rate: 2 });
const browser = await launchBrowser();
await mkdir(folder, { recursive: true });
const pages = await Promise.all(
  shots.map(async ({ name, width, height, colorScheme }) => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(`${local.dashboardUrl}?region=eu-west`);
    await page.waitForSelector('[data-device]');
    return { name, page };
  }),
);
console.log('Collecting a minute of readings …');
await new Promise((resolve) => setTimeout(resolve, 60_000));
for (const { name, page } of pages) {
  await page.screenshot({ path: `${folder}${name}.png` });
  console.log(`docs/images/${name}.png`);
}
await browser.close();
await local.close();
