import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { host, type LocalPorts } from '../../infra/local/ports.ts';
import { launchBrowser } from '../browser.ts';
import { freePorts } from '../local.ts';
import { openPage } from './openPage.ts';
import { startPatientDevice } from './patientDevice.ts';
import { killTwin, startTwinProcess } from './twinProcess.ts';

const outageMs = 20_000;

let browser: Browser;
let ports: LocalPorts;
let data: string;
let twin: ChildProcess;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'outage-'));
  [browser, ports] = await Promise.all([launchBrowser(), freePorts()]);
  twin = await startTwinProcess(ports, data);
});

afterAll(async () => {
  await killTwin(twin);
  await browser.close();
  await rm(data, { recursive: true, force: true });
});

it(
  'a twin that is killed for 20 s leaves no gap on the chart of a device that kept its readings',
  { timeout: 180_000 },
  async () => {
    const device = await startPatientDevice(`mqtt://${host}:${ports.mqtt}`, 'kettle-1');
    const url = `http://${host}:${ports.dashboard}/?device=kettle-1&open=kettle-1`;
    const { page, complaints } = await openPage(browser, url);
    const chart = page.locator('figure[data-field="temperature"]');
    await chart.waitFor();

    await killTwin(twin);
    const killedAt = Date.now();
    const before = device.measured();
    await page.waitForSelector('[data-state="offline"], [data-state="refused"]');
    await page.getByText(/Trying again/).waitFor();
    await wait(outageMs - (Date.now() - killedAt));
    twin = await startTwinProcess(ports, data);

    await page.waitForSelector('[data-state="live"]', { timeout: 60_000 });
    expect(device.measured() - before).toBeGreaterThanOrEqual(outageMs / 500 - 2);
    await device.stop();
    const shown = async () => Number(await chart.getAttribute('data-points'));
    await expect.poll(shown, { timeout: 60_000 }).toBe(device.measured());
    expect(await chart.getAttribute('data-gaps')).toBe('0');
    expect(complaints).toEqual([]);
  },
);
