import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard } from '../../dashboard/server.ts';
import { host } from '../../infra/local/ports.ts';
import { freePort } from '../../infra/twin/listen.ts';
import { launchBrowser } from '../browser.ts';
import { startForTest } from '../local.ts';
import { signInAt } from './loginServer.ts';
import { openPage } from './openPage.ts';

// Every view, small and large, dark and light, while values move.

let local: Awaited<ReturnType<typeof startForTest>>;
let browser: Browser;

beforeAll(async () => {
  [local, browser] = await Promise.all([startForTest({ devices: 12, rate: 1 }), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await local.close();
});

const all = 'region=eu-west&region=us-east&region=eu-north&region=ap-south';
const views = {
  fleet: all,
  map: `${all}&show=map`,
  device: `${all}&open=pump-002`,
  watching: `region=eu-west;rate=1;where=x>1&${all}&panel=watching`,
  notes: `${all}&panel=notes`,
  connection: `${all}&panel=connection`,
  wall: `${all}&wall`,
  'an empty fleet': 'region=nowhere',
  'nothing watched': 'panel=watching',
  'an unknown device': 'open=nobody-1',
};

/** Everything in light; in dark what depends on colors. */
const looks = [390, 1440].flatMap((width) => [
  { width, colorScheme: 'light', rules: undefined } as const,
  { width, colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] } as const,
]);
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const isCut = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** What axe finds on a page as it is, in every look. */
const findings = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const { width, colorScheme, rules } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const { violations } = await (
      rules === undefined ? axe.withTags(tags) : axe.withRules([...rules])
    ).analyze();
    for (const { id, nodes } of violations)
      found.push(
        `${width} ${colorScheme}: ${id} at ${nodes.map(({ html }) => html.slice(0, 120)).join(' and ')}`,
      );
    if (await isCut(page)) found.push(`${width} ${colorScheme}: wider than the screen`);
  }
  return found;
};

describe.each(Object.entries(views))('%s', (name, query) => {
  it(
    'is accessible at 390 and 1440 px, dark and light, and keeps to the policy',
    { timeout: 60_000 },
    async () => {
      const { page, complaints, close } = await openPage(browser, `${local.dashboardUrl}/?${query}`);
      await page.waitForTimeout(name === 'an empty fleet' ? 3_500 : 1_500);
      expect(await findings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );
});

describe('a server that is away', () => {
  it('is said so, with what is done about it', { timeout: 60_000 }, async () => {
    const { url, close: stop } = await startDashboard({
      host,
      port: 0,
      config: { webSocketUrl: `ws://${host}:${await freePort(host)}/live` },
      developmentToken: () => Promise.resolve('token'),
    });
    const { page, close } = await openPage(browser, `${url}/?region=eu-west`, {
      until: '[data-state="refused"]',
    });
    await page
      .getByText(/Check that Fieldcast is running/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Try now' }).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await close();
    await stop();
  });
});

describe('a page on which people sign in', () => {
  it.each([
    ['nobody has', '?region=eu-west', 'Sign in to see your devices'],
    ['it did not work', '?state=s&error=access_denied', 'Signing in did not work'],
  ])('%s: accessible at 390 and 1440 px, dark and light', { timeout: 60_000 }, async (_, query, title) => {
    const { url, close: stop } = await startDashboard({
      host,
      port: 0,
      config: { webSocketUrl: `ws://${host}:1/live`, signIn: signInAt(1, 'the-page') },
    });
    const { page, complaints, close } = await openPage(browser, `${url}/${query}`, {
      until: `h3:has-text("${title}")`,
    });
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('primary');
    expect(await findings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
    await stop();
  });
});

describe('values that move', () => {
  it.each(['fleet', 'device', 'connection', 'watching', 'wall'] as const)(
    'shift nothing: %s',
    { timeout: 60_000 },
    async (name) => {
      const { page, close } = await openPage(browser, `${local.dashboardUrl}/?${views[name]}`);
      await page.waitForTimeout(2_500); // Devices come, one after the other.
      const shifted = await page.evaluate<string[]>(`new Promise((resolve) => {
        const shifted = new Set();
        const observer = new PerformanceObserver((list) => {
          for (const { sources } of list.getEntries())
            for (const { node, previousRect: from, currentRect: to } of sources) {
              // What is aligned to the right begins elsewhere when it gets longer.
              if (Math.abs(from.right - to.right) < 2 && from.top === to.top) continue;
              const { outerHTML } = node?.nodeType === 1 ? node : (node?.parentElement ?? {});
              shifted.add(JSON.stringify([from, to]) + String(outerHTML).slice(0, 200));
            }
        });
        observer.observe({ type: 'layout-shift' });
        setTimeout(() => resolve([...shifted]), 3_000);
      })`);
      expect(shifted).toEqual([]);
      await close();
    },
  );
});
