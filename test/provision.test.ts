import { readFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFleetFile, type Fleet, type FleetDevice } from '../devices/provision/fleetFile.ts';
import { runProgram } from '../devices/program.ts';
import { startForTest } from './local.ts';
import { connectViewer } from './viewer.ts';

let local: Awaited<ReturnType<typeof startForTest>>;
let above: string;
let out: string;
beforeAll(async () => {
  local = await startForTest();
  above = await mkdtemp(join(tmpdir(), 'provision-'));
  out = join(above, 'fleet');
});
afterAll(async () => {
  await local.close();
  await rm(above, { recursive: true });
});

const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const said = { out: '', err: '' };
  const screen = (name: 'out' | 'err') => ({ write: (text: string) => void (said[name] += text) });
  const { signal } = new AbortController();
  const code = await runProgram(args, { out: screen('out'), err: screen('err'), signal });
  return { code, ...said };
};

const provision = (...args: string[]) => run('provision', '--out', out, '--endpoint', local.iotUrl, ...args);

const fleet = (): Promise<Fleet> => readFleetFile(join(out, 'fleet.json'));

const credentials = async (ca: string | undefined, { certificate, privateKey }: FleetDevice) => ({
  ca: await readFile(ca ?? '', 'utf8'),
  cert: await readFile(certificate, 'utf8'),
  key: await readFile(privateKey, 'utf8'),
});

const connect = (endpoint: string, options: IClientOptions): Promise<MqttClient> =>
  connectAsync(endpoint, { reconnectPeriod: 0, ...options }, false);

const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => void client.once('close', resolve));

describe('a fleet provisioned on the twin', () => {
  it('is planned first', async () => {
    const said = await provision('--count', '2', '--prefix', 'pump', '--type', 'pump');
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain('pump-002: create the thing, make a key');
    expect(said.out).toContain('Would provision 2 things');
    expect(await readdir(above)).toEqual([]);
  });

  it('has devices that publish with certificates of their own, and are seen', async () => {
    expect(await provision('--count', '2', '--prefix', 'pump', '--type', 'pump', '--yes')).toMatchObject({
      code: 0,
      out: `Provisioned 2 things; the fleet is in ${join(out, 'fleet.json')}.\n`,
    });
    const { endpoint, ca, devices } = await fleet();
    const [first] = devices;
    if (first === undefined) throw new Error('there is no device');
    const token = await local.sign({ subject: 'a viewer', groups: ['*'], expiresIn: '1h' });
    const viewer = await connectViewer(local.webSocketUrl, token);
    viewer.send({ action: 'subscribe', id: '1', to: { device: 'pump-001' } });
    await viewer.next('subscribed');
    const device = await connect(endpoint, { clientId: first.thing, ...(await credentials(ca, first)) });
    await device.publishAsync('telemetry/eu-west/pump-001', '{"temperature":20}', { qos: 1 });
    expect(await viewer.next('sensor_update')).toMatchObject({
      deviceId: 'pump-001',
      data: { temperature: 20 },
    });
    const basicIngest = `$aws/rules/${local.outputs['BasicIngestRule'] ?? ''}/telemetry/eu-west/pump-001`;
    await device.publishAsync(basicIngest, '{"temperature":21}', { qos: 1 });
    expect(await viewer.next('sensor_update')).toMatchObject({
      deviceId: 'pump-001',
      data: { temperature: 21 },
    });
    await device.endAsync();
    viewer.close();
  });

  it.each([4, 5] as const)(
    'cuts off who publishes as another device, MQTT level %i',
    async (protocolVersion) => {
      const { endpoint, ca, devices } = await fleet();
      const [first] = devices;
      if (first === undefined) throw new Error('there is no device');
      const options = { clientId: first.thing, protocolVersion, ...(await credentials(ca, first)) };
      const before = local.tally().denied?.['iot:Publish'] ?? 0;
      const device = await connect(endpoint, options);
      device.on('error', () => undefined);
      const cut = closed(device);
      device.publish('telemetry/eu-west/pump-002', '{"temperature":99}', { qos: 1 }, () => undefined);
      await cut;
      expect(local.tally().denied?.['iot:Publish']).toBe(before + 1);
      expect(local.reported.at(-1)).toMatch(/pump-001: iot:Publish on arn:.*\/pump-002 is refused/);
      await expect(connect(endpoint, { ...options, clientId: 'pump-002' })).rejects.toThrow(/not authori/i);
    },
  );

  it.each([4, 5] as const)(
    'may not subscribe, and stays connected when it tries, MQTT level %i',
    async (protocolVersion) => {
      const { endpoint, ca, devices } = await fleet();
      const [first] = devices;
      if (first === undefined) throw new Error('there is no device');
      const options = { clientId: first.thing, protocolVersion, ...(await credentials(ca, first)) };
      const device = await connect(endpoint, options);
      const before = local.tally().denied?.['iot:Subscribe'] ?? 0;
      await expect(device.subscribeAsync('telemetry/#', { qos: 1 })).rejects.toThrow();
      expect(local.tally().denied?.['iot:Subscribe']).toBe(before + 1);
      await device.publishAsync('telemetry/eu-west/pump-001', '{"temperature":22}', { qos: 1 });
      await device.endAsync();
    },
  );

  it('is removed again, and its certificates are refused', async () => {
    const { endpoint, ca, devices } = await fleet();
    const [first] = devices;
    if (first === undefined) throw new Error('there is no device');
    const kept = { clientId: first.thing, ...(await credentials(ca, first)) };
    const connected = await connect(endpoint, kept);
    const cut = closed(connected);
    expect(await provision('--undo', '--yes')).toMatchObject({ code: 0, err: '' });
    await cut;
    expect(await readdir(above)).toEqual([]);
    await expect(connect(endpoint, kept)).rejects.toThrow(/not authori/i);
    expect((await provision('--undo', '--yes')).out).toContain('nothing to remove');
  });
});

describe('provision says in one sentence', () => {
  const oneLine = /^[^\n]+\n$/;

  it('that a policy is not there', async () => {
    const said = await provision('--things', 'a', '--policy', 'Nope', '--yes');
    expect(said).toMatchObject({ code: 1, out: '', err: expect.stringMatching(oneLine) as string });
    expect(said.err).toContain('There is no IoT policy "Nope"');
    expect(await readdir(above)).toEqual([]);
  });

  it('that nothing answers', async () => {
    const said = await run('provision', '--things', 'a', '--out', out, '--endpoint', 'http://127.0.0.1:9');
    expect(said).toMatchObject({ code: 1, err: expect.stringMatching(oneLine) as string });
    expect(said.err).toContain('Nothing answers at http://127.0.0.1:9');
  });

  it.each([
    [['--things', 'a b'], /--things.*Give a name/],
    [['--count', '0'], /--count.*from 1 to 10000/],
    [['--count', '2', '--things', 'a'], /either --count or --things/],
    [['--prefix', 'pump'], /Say with --count/],
    [['--prefix', 'pump', '--things', 'a'], /Say with --count/],
    [['--undo', '--things', 'typo'], /There is no thing typo/],
    [[], /Say what to provision/],
    [['--endpoint', 'localhost'], /--endpoint.*Give a URL/],
  ])('what is wrong with %j', async (args, sentence) => {
    const said = await run('provision', '--out', out, ...args);
    expect(said).toMatchObject({ code: 2, out: '', err: expect.stringMatching(sentence) as string });
    expect(said.err).toMatch(oneLine);
  });
});

describe('an API that throttles', () => {
  it('is asked again until it answers', async () => {
    let refusals = 2;
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const isRefused = request.url?.startsWith('/endpoint') === true && refusals-- > 0;
      response.writeHead(isRefused ? 400 : 404, {
        'x-amzn-errortype': isRefused ? 'ThrottlingException' : 'ResourceNotFoundException',
      });
      response.end('{"message":"Rate exceeded"}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const said = await run(
      'provision',
      '--things',
      'a',
      '--out',
      out,
      '--endpoint',
      `http://127.0.0.1:${port}`,
    );
    server.close();
    expect(asked.filter((url) => url.startsWith('/endpoint'))).toHaveLength(3);
    expect(said).toMatchObject({ code: 1 });
  });
});
