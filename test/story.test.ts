import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { telemetryTopic } from '../ingest/topic.ts';
import { launchBrowser } from './browser.ts';
import { startForTest } from './local.ts';
import { connectViewer, handshakeStatus } from './viewer.ts';

let local: Awaited<ReturnType<typeof startForTest>>;
let device: MqttClient;

beforeAll(async () => {
  local = await startForTest();
  device = await connectAsync(local.mqttUrl, { clientId: 'story' });
});

afterAll(async () => {
  await device.endAsync();
  await local.close();
});

const publish = (deviceId: string, payload: object | string, region = 'eu-west') =>
  device.publishAsync(
    telemetryTopic(region, deviceId),
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    { qos: 1 },
  );

const viewer = async (...grants: string[]) =>
  connectViewer(local.webSocketUrl, await local.sign({ subject: 'ada', groups: grants, expiresIn: '5m' }));

describe('a device publishes, a browser receives', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  it('shows the value of a reading, and of the next', async () => {
    const page = await browser.newPage();
    await page.goto(`${local.dashboardUrl}?device=kettle-1`);
    await page.waitForSelector('[data-state="live"]');
    await expect
      .poll(
        async () => {
          await publish('kettle-1', { type: 'kettle', temperature: 20.25 });
          return page.locator('[data-device="kettle-1"]').count();
        },
        { timeout: 15_000 },
      )
      .toBe(1); // Until `live`, the client holds what comes back, to put it in order.
    await publish('kettle-1', { type: 'kettle', temperature: 98.5 });
    await page.locator('[data-device="kettle-1"]', { hasText: '98.5' }).waitFor();
  });
});

describe('a viewer', () => {
  it('gets the readings of a device, a region and a type, each once', async () => {
    const ada = await viewer('*');
    ada.send({ action: 'subscribe', id: 'd', to: { device: 'oven-1' } });
    ada.send({ action: 'subscribe', id: 'r', to: { region: 'eu-north' } });
    ada.send({ action: 'subscribe', id: 't', to: { type: 'oven' } });
    for (let n = 0; n < 3; n += 1) await ada.next('subscribed');

    // One after the other: AWS promises no order between two invocations, and neither does the twin.
    await publish('oven-1', { type: 'oven', seq: 1 }, 'eu-north');
    expect(await ada.next('sensor_update')).toMatchObject({ deviceId: 'oven-1', region: 'eu-north', seq: 1 });
    await publish('kettle-9', { seq: 2 }, 'us-east');
    await publish('oven-2', { type: 'oven', seq: 3 }, 'us-east');
    expect(await ada.next('sensor_update')).toMatchObject({ deviceId: 'oven-2', seq: 3 });
    expect(ada.frames.filter(({ type }) => type === 'sensor_update')).toHaveLength(2);
    ada.close();
  });

  it('gets nothing after it unsubscribed and the filter forgot', async () => {
    const ada = await viewer('*');
    ada.send({ action: 'subscribe', id: 'a', to: { device: 'toaster-1' } });
    ada.send({ action: 'subscribe', id: 'b', to: { device: 'toaster-2' } });
    await ada.next('subscribed');
    await ada.next('subscribed');
    ada.send({ action: 'unsubscribe', id: 'a' });
    expect(await ada.next('unsubscribed')).toEqual({ type: 'unsubscribed', id: 'a' });
    await publish('toaster-1', { seq: 1 });
    await publish('toaster-2', { seq: 2 });
    expect(await ada.next('sensor_update')).toMatchObject({ deviceId: 'toaster-2' });
    ada.close();
  });

  it('never gets what its grants do not cover, whatever it subscribed to', async () => {
    const bob = await viewer('device:pump-*');
    bob.send({ action: 'subscribe', id: 'r', to: { region: 'ap-south' } });
    await bob.next('subscribed');
    bob.send({ action: 'subscribe', id: 'd', to: { device: 'kettle-1' } });
    expect(await bob.next('error')).toMatchObject({ code: 'not_granted', id: 'd' });
    await publish('kettle-1', { seq: 1 }, 'ap-south');
    await publish('pump-1', { seq: 2 }, 'ap-south');
    expect(await bob.next('sensor_update')).toMatchObject({ deviceId: 'pump-1' });
    bob.close();
  });

  it('that says nonsense is told so and stays connected', async () => {
    const ada = await viewer('*');
    for (const nonsense of [
      '',
      '{',
      '[]',
      '{"action":"dance"}',
      '{"action":"subscribe"}',
      '{"action":"$connect"}',
    ]) {
      ada.send(nonsense);
      expect((await ada.next('error')).message).toMatch(/\.$/);
    }
    ada.send({ action: 'hello' });
    expect(await ada.next('welcome')).toMatchObject({ edge: 'serverless', grants: ['*'] });
    ada.close();
  });

  it('needs a good token, and a page that is allowed', async () => {
    const token = await local.sign({ subject: 'ada', groups: ['*'], expiresIn: '5m' });
    const status = (protocols: string[], headers?: Record<string, string>) =>
      handshakeStatus(local.webSocketUrl, protocols, headers);
    expect(await status(['fieldcast.v1'])).toBe(401);
    expect(await status(['fieldcast.v1', 'bearer.nonsense'])).toBe(401);
    expect(await status(['fieldcast.v1', `bearer.${token}`], { Origin: 'https://evil.example' })).toBe(403);
    expect(await status(['fieldcast.v2', `bearer.${token}`])).toBe(400);
    expect(await status([], { Authorization: `Bearer ${token}` })).toBe(101);
    expect(local.logged.join('\n')).not.toContain(token);
  });
});

it('a message that is no reading is kept with its bytes and its reason, and the next one goes on', async () => {
  const ada = await viewer('*');
  ada.send({ action: 'subscribe', id: 'd', to: { device: 'fridge-1' } });
  await ada.next('subscribed');
  await publish('fridge-1', 'not JSON');
  await publish('fridge-1', { temperature: 4 });
  expect(await ada.next('sensor_update')).toMatchObject({ data: { temperature: 4 } });
  const kept = () => local.rejects().map((reject) => JSON.parse(reject) as Record<string, unknown>);
  await expect.poll(kept).toContainEqual(
    expect.objectContaining({
      reason: 'bad_json',
      topic: telemetryTopic('eu-west', 'fridge-1'),
      payload: Buffer.from('not JSON').toString('base64'),
    }),
  );
  ada.close();
});

it('nothing of the stack is reported as missing in the twin', () => {
  expect(local.reported).toEqual([]);
  expect(local.failures()).toEqual([]);
});
