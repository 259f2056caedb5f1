import { SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SensorUpdate } from '../fanout/protocol.ts';
import { redrive } from '../ingest/aws/redrive.ts';
import { scaledClock } from '../infra/twin/clock.ts';
import { createFaults } from '../infra/twin/faults/faults.ts';
import { startForTest } from './local.ts';
import { connectViewer, type Viewer } from './viewer.ts';

type Started = Awaited<ReturnType<typeof startForTest>>;

const clock = scaledClock();
const faults = createFaults({ seed: 4, clock });
let local: Started;
let device: MqttClient;
let viewer: Viewer;

const start = async (ingest: 'direct' | 'queue'): Promise<void> => {
  // The retries of a minute and of two come after 0.3 s and 0.6 s.
  local = await startForTest({
    settings: { ingest, subscriptionCacheMs: 100 },
    clock,
    faults,
    retrySpeed: 200,
  });
  device = await connectAsync(local.mqttUrl, { clientId: 'pump-1' });
  viewer = await connectViewer(
    local.webSocketUrl,
    await local.sign({ subject: 'ada', groups: ['*'], expiresIn: '1h' }),
  );
};
const stop = async (): Promise<void> => {
  faults.clear();
  viewer.close();
  await device.endAsync();
  await local.close();
};

const subscribe = async (request: object): Promise<void> => {
  viewer.send({ action: 'subscribe', ...request });
  await viewer.next('live');
};
const publish = (deviceId: string, reading: object) =>
  device.publishAsync(`telemetry/eu-west/${deviceId}`, JSON.stringify(reading), { qos: 1 });

/** Everything the viewer got of a device, alone or in batches. */
const updatesOf = (deviceId: string): SensorUpdate[] =>
  viewer.frames
    .flatMap((frame) =>
      frame.type === 'sensor_batch' ? frame.updates : frame.type === 'sensor_update' ? [frame] : [],
    )
    .filter((update) => update.deviceId === deviceId);

const got = (deviceId: string) => [...new Set(updatesOf(deviceId).map(({ seq }) => seq))];

describe('direct', () => {
  beforeAll(() => start('direct'), 60_000);
  afterAll(stop);

  it('what a busy edge did not take arrives later, once the edge takes it', async () => {
    await subscribe({ id: 's1', to: { device: 'pump-1' } });
    await faults.set('connections.throttle');
    await publish('pump-1', { boot: 1, seq: 1 });
    await expect.poll(() => local.tally().counts.Busy, { timeout: 20_000 }).toBeGreaterThan(0);
    faults.clear();
    await expect.poll(() => got('pump-1'), { timeout: 20_000 }).toEqual([1]);
    await expect.poll(() => local.tally().counts.Resent, { timeout: 20_000 }).toBe(1); // Published once the function ends.
  });

  it('what failed until its retries ran out is kept, and reaches its viewer when it is redriven', async () => {
    await subscribe({ id: 's2', to: { device: 'pump-2' } });
    await faults.set('dynamodb.error', { only: 'Readings' });
    await publish('pump-2', { boot: 1, seq: 1 });
    await expect.poll(() => local.failures(), { timeout: 30_000 }).toHaveLength(1);
    faults.clear();
    const { FailuresQueueUrl = '', IngestQueueUrl = '', LaterQueueUrl = '' } = local.outputs;
    const sqs = new SQSClient({
      endpoint: new URL(FailuresQueueUrl).origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const queues = { from: FailuresQueueUrl, ingest: IngestQueueUrl, later: LaterQueueUrl };
    expect(await redrive({ sqs, queues })()).toEqual({ readings: 1, later: 0, kept: 0, returned: 0 });
    await expect.poll(() => got('pump-2'), { timeout: 20_000 }).toEqual([1]);
    expect(local.failures()).toEqual([]);
  });

  it('a function that crashes half-way through its viewers delivers to all when it is tried again', async () => {
    const token = await local.sign({ subject: 'bob', groups: ['*'], expiresIn: '1h' });
    const others = await Promise.all([1, 2, 3].map(() => connectViewer(local.webSocketUrl, token)));
    for (const other of others) {
      other.send({ action: 'subscribe', id: 's1', to: { device: 'pump-3' } });
      await other.next('live');
    }
    await faults.set('function.crash', { posts: 1, times: 1, only: 'Ingest' });
    await publish('pump-3', { boot: 1, seq: 1 });
    for (const other of others) expect((await other.next('sensor_update')).seq).toBe(1);
    expect(faults.injected()['function.crash']).toBe(1);
    for (const other of others) other.close();
  });

  it('a topic that no rule takes is counted, and said', async () => {
    await device.publishAsync('telemetry/pump-1', '{}', { qos: 1 });
    expect(local.tally().unrouted).toBe(1);
    expect(local.reported.join('\n')).toContain('telemetry/pump-1');
  });
});

describe('queue', () => {
  beforeAll(() => start('queue'), 60_000);
  afterAll(stop);

  it('readings of one window reach a viewer together: in one frame, or two where the window ends among them', async () => {
    await subscribe({ id: 's1', to: { region: 'eu-west' } });
    await Promise.all([1, 2, 3, 4, 5].map((n) => publish(`fan-${n}`, { boot: 1, seq: 1 })));
    await expect
      .poll(() => [1, 2, 3, 4, 5].flatMap((n) => got(`fan-${n}`)).length, { timeout: 20_000 })
      .toBe(5);
    const frames = viewer.frames.filter(({ type }) => type === 'sensor_batch' || type === 'sensor_update');
    expect(frames.length).toBeLessThanOrEqual(2);
  });

  it('a spike of one sample in a 10 Hz signal is in folded.max at a maxRate of 1', async () => {
    viewer.send({ action: 'unsubscribe', id: 's1' });
    await viewer.next('unsubscribed');
    await subscribe({ id: 's2', to: { device: 'spiky' }, maxRate: 1 });
    for (let seq = 0; seq < 30; seq += 1) {
      await publish('spiky', { boot: 1, seq, temperature: seq === 17 ? 99 : 20 });
      await new Promise((resolve) => setTimeout(resolve, 100)); // It is a signal of 10 Hz.
    }
    const maxima = () =>
      updatesOf('spiky').map(({ folded, data }) => folded?.max['temperature'] ?? data['temperature']);
    await expect.poll(maxima, { timeout: 20_000 }).toContain(99);
    await expect.poll(() => updatesOf('spiky').at(-1)?.seq, { timeout: 20_000 }).toBe(29);
    const readings = updatesOf('spiky').reduce((sum, { folded }) => sum + (folded?.count ?? 1), 0);
    expect(readings).toBe(30);
  });

  it('a message that is no reading costs no other of its batch', async () => {
    await subscribe({ id: 's3', to: { device: 'valve-1' } });
    await device.publishAsync('telemetry/eu-west/valve-1', 'nonsense', { qos: 1 });
    await publish('valve-1', { boot: 1, seq: 1 });
    await expect.poll(() => got('valve-1'), { timeout: 20_000 }).toEqual([1]);
    // Counted once the function ends.
    await expect
      .poll(() => local.tally().reasons.MessagesRejected, { timeout: 20_000 })
      .toEqual({ bad_json: 1 });
  });
});
