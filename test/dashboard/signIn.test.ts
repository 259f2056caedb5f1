import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { host } from '../../infra/local/ports.ts';
import { freePort } from '../../infra/twin/listen.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import { launchBrowser } from '../browser.ts';
import { freePorts, startForTest } from '../local.ts';
import { signInAt, startLoginServer } from './loginServer.ts';
import { openPage } from './openPage.ts';

// The page as it is on AWS: nobody sees anything before signing in.

let local: Awaited<ReturnType<typeof startForTest>>;
let login: Awaited<ReturnType<typeof startLoginServer>>;
let device: MqttClient;
let browser: Browser;

beforeAll(async () => {
  const [ports, loginPort] = await Promise.all([freePorts(), freePort(host)]);
  const clientId = 'the-page';
  [local, browser] = await Promise.all([
    startForTest({ ports, signIn: signInAt(loginPort, clientId) }),
    launchBrowser(),
  ]);
  login = await startLoginServer(loginPort, {
    clientId,
    page: `${local.dashboardUrl}/`,
    // Asked to renew after half of it.
    sign: () => local.sign({ subject: 'ann@example.com', groups: ['*'], expiresIn: '10s' }),
  });
  device = await connectAsync(local.mqttUrl, { clientId: 'sign-in' });
});

afterAll(async () => {
  await device.endAsync();
  await browser.close();
  await Promise.all([local.close(), login.close()]);
});

const patience = { timeout: 20_000 };
const signedOut = 'h3:has-text("Sign in to see your devices")';
const live = '[data-state="live"]';

const publish = (temperature: number) =>
  device.publishAsync(telemetryTopic('sign-1', 'kettle-1'), JSON.stringify({ temperature }), { qos: 1 });
const kettle = (page: Page, value: string) =>
  page.locator('[data-device="kettle-1"]').filter({ hasText: value }).waitFor(patience);
/** What is kept, by name. */
const kept = (page: Page, storage: 'localStorage' | 'sessionStorage') =>
  page.evaluate<string[]>(`Object.keys(${storage})`);

it(
  'somebody signs in, comes back to the view, sees values beyond the first token’s end, and signs out',
  { timeout: 60_000 },
  async () => {
    const url = `${local.dashboardUrl}/?region=sign-1&sort=name`;
    const { page, complaints, close } = await openPage(browser, url, { until: signedOut });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /^Continue as/ }).click();
    await page.waitForSelector(live, patience);
    expect(new URL(page.url()).searchParams.get('region')).toBe('sign-1');
    expect(page.url()).not.toMatch(/code=|state=/);
    await publish(21.5);
    await kettle(page, '21.5');

    await expect.poll(() => login.counts.refreshed, patience).toBeGreaterThanOrEqual(2);
    await publish(22.5);
    await kettle(page, '22.5');
    expect(await kept(page, 'localStorage')).toEqual([]);
    expect(await kept(page, 'sessionStorage')).toEqual(['fieldcast.refresh']);

    await page.reload();
    await page.waitForSelector(live, patience);
    expect(login.counts.authorized).toBe(1);

    await page.locator('.connection-state').click();
    await page.getByText('Signed in as ann@example.com').waitFor(patience);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForSelector(signedOut, patience);
    expect(login.counts.ended).toBe(1);
    await expect.poll(() => login.counts.revoked, patience).toBe(1);
    expect(await kept(page, 'sessionStorage')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },
);

it(
  'who is not let in, and an answer that was forged, are told so, and may try again',
  { timeout: 60_000 },
  async () => {
    const failed = 'h3:has-text("Signing in did not work")';
    const forged = `${local.dashboardUrl}/?code=stolen&state=guessed`;
    const { page, complaints, close } = await openPage(browser, forged, { until: failed });
    expect(page.url()).not.toMatch(/code=|state=/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('access_denied').waitFor(patience);
    await page.waitForSelector(failed);
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await page.getByRole('link', { name: /^Continue as/ }).click();
    await page.waitForSelector(live, patience);

    login.revokeAll();
    await page.waitForSelector('h3:has-text("Your session has ended")', patience);
    expect(await kept(page, 'sessionStorage')).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },
);
