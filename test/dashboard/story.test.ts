import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { telemetryTopic } from '../../ingest/topic.ts';
import { launchBrowser } from '../browser.ts';
import { startForTest } from '../local.ts';
import { openPage } from './openPage.ts';

// What somebody does on the page while devices publish, through the whole of the twin.

let local: Awaited<ReturnType<typeof startForTest>>;
let device: MqttClient;
let browser: Browser;

beforeAll(async () => {
  [local, browser] = await Promise.all([startForTest(), launchBrowser()]);
  device = await connectAsync(local.mqttUrl, { clientId: 'story' });
});

afterAll(async () => {
  await device.endAsync();
  await browser.close();
  await local.close();
});

const patience = { timeout: 15_000 };

const publish = (deviceId: string, payload: object, region = 'eu-west') =>
  device.publishAsync(telemetryTopic(region, deviceId), JSON.stringify(payload), { qos: 1 });

/** Readings of one device, one after the other. */
const publishAll = async (deviceId: string, payloads: readonly object[], region?: string): Promise<void> => {
  for (const payload of payloads) await publish(deviceId, payload, region);
};

const open = (query: string, options: Parameters<typeof openPage>[2] = {}) =>
  openPage(browser, `${local.dashboardUrl}/?${query}`, options);

/** Whether one would have to scroll sideways. */
const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

const tile = (page: Page, deviceId: string) => page.locator(`[data-device="${deviceId}"]`);
const names = (page: Page) => page.locator('[data-device] h3').allInnerTexts();
const chart = (page: Page, field: string) => page.locator(`figure[data-field="${field}"]`);

describe('the fleet', () => {
  it('shows a device that sends, with its values, their units and its age, and goes on with the next reading', async () => {
    const { page, close } = await open('region=fleet-1');
    await publish('pump-1', { type: 'pump', pressure: 3.25, running: true }, 'fleet-1');
    await tile(page, 'pump-1').filter({ hasText: '3.25' }).waitFor(patience);
    expect(await tile(page, 'pump-1').innerText()).toMatch(/pump · fleet-1[^]*now[^]*pressure bar/);
    await publish('pump-1', { type: 'pump', pressure: 4.5, running: false }, 'fleet-1');
    await tile(page, 'pump-1').filter({ hasText: '4.50' }).filter({ hasText: 'false' }).waitFor(patience);
    await close();
  });

  it('finds, sorts, tells regions apart, and keeps all of it in the address', async () => {
    await publish('kettle-10', { type: 'kettle', temperature: 1 }, 'fleet-2');
    await publish('kettle-9', { type: 'kettle', temperature: 2 }, 'fleet-2');
    await publish('van-1', { type: 'van', temperature: 3 }, 'fleet-3');
    const { page, close } = await open('region=fleet-2&region=fleet-3');
    await expect.poll(() => names(page), patience).toEqual(['kettle-9', 'kettle-10', 'van-1']);
    await page.getByLabel('Find devices').fill('kettle fleet-2');
    await expect.poll(() => names(page), patience).toEqual(['kettle-9', 'kettle-10']);
    await page.waitForURL(/find=/); // It settles first.
    await page.reload();
    await expect.poll(() => names(page), patience).toEqual(['kettle-9', 'kettle-10']);
    await page.getByRole('button', { name: /fleet-3/ }).click();
    await expect.poll(() => names(page), patience).toEqual(['van-1']);
    await page.getByLabel('Which devices').selectOption('offline');
    await page.getByText('No device matches').waitFor(patience);
    await close();
  });

  it('is walked with the keyboard: to a tile, to the next, into a device and back', async () => {
    for (const n of [1, 2, 3]) await publish(`walk-${n}`, { temperature: n }, 'fleet-4');
    const { page, close } = await open('region=fleet-4');
    await expect.poll(() => names(page), patience).toHaveLength(3);
    await page.locator('[data-place="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    await expect.poll(focused, patience).toBe('walk-2');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'walk-2' }).waitFor(patience);
    expect(page.url()).toContain('open=walk-2');
    await page.keyboard.press('Escape');
    await expect.poll(() => names(page), patience).toHaveLength(3);
    await page.goBack();
    await page.getByRole('heading', { name: 'walk-2' }).waitFor(patience);
    await close();
  });

  it('says that a device is offline when its connection ends', async () => {
    const { page, close } = await open('region=fleet-5');
    const own = await connectAsync(local.mqttUrl, { clientId: 'lonely-1' });
    await own.publishAsync(telemetryTopic('fleet-5', 'lonely-1'), '{"temperature":20}', { qos: 1 });
    await tile(page, 'lonely-1').waitFor(patience);
    await own.endAsync();
    await page.locator('[data-device="lonely-1"][data-health="offline"]').waitFor(patience);
    await page
      .getByRole('button', { name: /fleet-5/ })
      .filter({ hasText: '1 offline' })
      .waitFor(patience);
    await close();
  });
});

describe('the map', () => {
  it('lists what sends a position, and counts what does not', async () => {
    await publish('van-7', { lat: 52.09, lon: 5.12, speed: 40 }, 'map-1');
    await publish('kettle-7', { temperature: 20 }, 'map-1');
    const { page, complaints, close } = await open('region=map-1&show=map');
    await page.getByRole('heading', { name: /^1 device on the map/ }).waitFor(patience);
    await page
      .getByText(/1 device.* no position/)
      .first()
      .waitFor(patience);
    await page.getByRole('button', { name: /van-7/ }).click();
    await page.getByRole('heading', { name: 'van-7' }).waitFor(patience);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('a device', () => {
  const readings = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({
      ts: Date.now() - 1_000 * (to - from - n),
      boot: 1,
      seq: from + n,
      temperature: 20 + n / 10,
      door: 'shut',
    }));

  it('has its history on the chart from the first second, and every field below it', async () => {
    await publishAll('oven-1', readings(0, 40), 'device-1');
    const { page, complaints, close } = await open('region=device-1&open=oven-1');
    await page.locator('figure[data-field="temperature"][data-points="40"]').waitFor(patience);
    expect(await chart(page, 'temperature').getAttribute('data-gaps')).toBe('0');
    const values = page.getByRole('region', { name: 'Newest values' });
    expect(await values.innerText()).toMatch(/temperature\s+23.90[^]*door\s+shut/);
    expect(await page.getByLabel('The reading as JSON').innerText()).toContain('"seq": 39');
    await page
      .getByText(/You get .*region device-1/)
      .first()
      .waitFor(patience);
    expect(complaints).toEqual([]);
    await close();
  });

  it('draws what did not come as a gap, until it comes', async () => {
    const start = Date.now() - 10_000;
    // A second apart by the device's clock, however long the test takes.
    const reading = (seq: number) => ({ ts: start + 1_000 * seq, boot: 1, seq, temperature: 21 });
    await publishAll('oven-2', [0, 1, 2, 3, 4].map(reading), 'device-2');
    const { page, close } = await open('region=device-2&open=oven-2');
    await page.locator('figure[data-field="temperature"][data-points="5"]').waitFor(patience);
    await publishAll('oven-2', [5, 7].map(reading), 'device-2');
    await page.locator('figure[data-field="temperature"][data-points="7"][data-gaps="1"]').waitFor(patience);
    await publish('oven-2', reading(6), 'device-2');
    await page.locator('figure[data-field="temperature"][data-points="8"][data-gaps="0"]').waitFor(patience);
    await close();
  });

  it('waits while it is paused, and catches up', async () => {
    await publishAll('oven-3', readings(0, 3), 'device-3');
    const { page, close } = await open('region=device-3&open=oven-3');
    await page.locator('figure[data-field="temperature"][data-points="3"]').waitFor(patience);
    await page.getByRole('button', { name: 'Pause' }).click();
    await publishAll('oven-3', readings(3, 7), 'device-3');
    await page.locator('[data-waiting="4"]').waitFor(patience);
    expect(await chart(page, 'temperature').getAttribute('data-points')).toBe('3');
    await page.getByRole('button', { name: /Catch up/ }).click();
    await page.locator('figure[data-field="temperature"][data-points="7"]').waitFor(patience);
    await close();
  });

  it('that nobody has heard of is said to be so', async () => {
    const { page, close } = await open('open=nobody-1');
    await page.getByText('Nobody has heard of nobody-1').waitFor(patience);
    await close();
  });
});

describe('what is watched', () => {
  it('is added with a condition and a rate, tells what it brings, outlives a reload, and is removed', async () => {
    const { page, close } = await open('region=watch-0&panel=watching');
    await page.getByLabel('What', { exact: true }).selectOption('type');
    await page.getByLabel('Name', { exact: true }).fill('boiler');
    await page.getByRole('button', { name: '+ Condition' }).click();
    await page.getByRole('textbox', { name: 'Condition 1' }).fill('temperature>');
    await page.getByRole('button', { name: 'Watch', exact: true }).click();
    await page.getByText(/Give a value after ">"/).waitFor(patience);
    await page.getByRole('textbox', { name: 'Condition 1' }).fill('temperature>50');
    await page.getByLabel(/^At most/).fill('2');
    await page.getByRole('button', { name: 'Watch', exact: true }).click();
    const card = page.locator('[data-watch^="type boiler"]');
    await card.getByText('Live').waitFor(patience);
    await page.waitForURL(/type=boiler/);
    const query = new URL(page.url()).searchParams;
    expect(query.get('type')).toBe('boiler;where=temperature > 50;rate=2');

    await page.reload();
    await card.getByText('Live').waitFor(patience);
    await publish('boiler-1', { type: 'boiler', temperature: 40 }, 'watch-1');
    await publish('boiler-2', { type: 'boiler', temperature: 60 }, 'watch-1');
    await tile(page, 'boiler-2').waitFor(patience);
    expect(await tile(page, 'boiler-1').count()).toBe(0);

    await page.getByRole('button', { name: 'Remove type boiler' }).click();
    await expect.poll(() => tile(page, 'boiler-2').count(), patience).toBe(0);
    expect(page.url()).not.toContain('boiler');
    await close();
  });

  it('that is not granted says so where it stands', async () => {
    const { page, close } = await open('device=mine-1&device=theirs-1&panel=watching', {
      first: (one) =>
        one.route('**/development-token', (route) =>
          route.continue({ postData: JSON.stringify({ grants: ['device:mine-*'] }) }),
        ),
    });
    const card = page.locator('[data-watch="device theirs-1"]');
    await card.getByText('Refused').waitFor(patience);
    expect(await card.getByRole('alert').innerText()).toMatch(/grant/);
    await page.locator('[data-watch="device mine-1"]').getByText('Live').waitFor(patience);
    await close();
  });

  it('comes seldom while nobody can see it, and in full again', async () => {
    const { page, close } = await open('region=hidden-1&panel=watching');
    const hide = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await page.locator('[data-watch="region hidden-1"]').getByText('Live').waitFor(patience);
    await hide(true);
    await page.getByText(/At most 0\.1 a second/i).waitFor(patience);
    await hide(false);
    await expect.poll(() => page.getByText(/At most 0\.1 a second/i).count(), patience).toBe(0);
    await close();
  });
});

describe('notes', () => {
  it('reach everybody who watches the same', async () => {
    const [ada, bob] = await Promise.all([
      open('region=notes-1&panel=notes'),
      open('region=notes-1&panel=notes'),
    ]);
    await ada.page.getByLabel('Note', { exact: true }).fill('It knocks. <b>Having a look.</b>');
    await ada.page.keyboard.press('Enter');
    await bob.page.getByRole('log').getByText('It knocks. <b>Having a look.</b>').waitFor(patience);
    await Promise.all([ada.close(), bob.close()]);
  });
});

describe('the connection', () => {
  it('tells where the time goes, and what came late or not by itself', async () => {
    const { page, close } = await open('device=meter-1&panel=connection');
    const reading = (seq: number) => ({ ts: Date.now(), boot: 1, seq, power: seq });
    await expect
      .poll(async () => {
        await publish('meter-1', reading(0));
        return tile(page, 'meter-1').count();
      }, patience)
      .toBe(1);
    await publishAll('meter-1', [reading(1), reading(3)]);
    const figure = (name: string) =>
      page.locator('.figures div', { has: page.getByText(name, { exact: true }) }).locator('dd');
    await expect.poll(() => figure('missing at first').innerText(), patience).toBe('1');
    await publish('meter-1', reading(2));
    await expect.poll(() => figure('late').innerText(), patience).toBe('1');
    for (const hop of ['device → rule', 'rule → filter', 'filter → this page'])
      await page.getByRole('row', { name: new RegExp(`${hop}.*ms|${hop}.* s`) }).waitFor(patience);
    await page.getByText(/give or take/).waitFor(patience);
    await close();
  });
});

describe('a wall', () => {
  it('has nothing to click on, and is left with Escape', async () => {
    await publish('wall-1', { temperature: 20 }, 'wall-1');
    const { page, close } = await open('region=wall-1&wall');
    await tile(page, 'wall-1').waitFor(patience);
    expect(await page.getByRole('search').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('search').waitFor(patience);
    await close();
  });
});

describe('hostile strings', () => {
  it('are shown as they are, and break nothing', async () => {
    const long = 'W'.repeat(10_000);
    const markup = '<img src=x onerror="document.title=1">';
    const { page, complaints, close } = await open('region=hostile-1', {
      viewport: { width: 390, height: 844 },
    });
    await publish('evil-1', { [markup]: 1, text: markup, long, nan: 'NaN', none: null }, 'hostile-1');
    await publish(
      'evil-2',
      { nested: { a: [1, markup] }, type: 'plain', [long.slice(0, 120)]: 5 },
      'hostile-1',
    );
    await tile(page, 'evil-1').waitFor(patience);
    await tile(page, 'evil-2').waitFor(patience);
    const isWide = () => page.evaluate<boolean>(wider);
    expect(await isWide()).toBe(false);
    await tile(page, 'evil-1').getByRole('button').click();
    await page.getByRole('region', { name: 'Newest values' }).waitFor(patience);
    expect(await isWide()).toBe(false);
    expect(await page.getByRole('row', { name: /nan/ }).innerText()).toMatch(/nan\s+–/);
    expect(await page.locator('main img').count()).toBe(0);
    expect([await page.title(), complaints]).toEqual(['Fieldcast', []]);
    await close();
  });
});
