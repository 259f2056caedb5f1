import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { noJournal } from '../journal/journal.ts';
import { journalFolder } from '../journal/journalFolder.ts';
import { makeAuthority, openAuthority } from '../iotRegistry/certificateAuthority.ts';
import { newPair, pemOf, signingRequest } from '../iotRegistry/signingRequest.testing.ts';
import { closed, next } from './broker.testing.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import { startIotCore, type IotCore, type IotCoreOptions } from './startIotCore.ts';

const host = '127.0.0.1';
const arn = (rest: string): string => `arn:aws:iot:us-east-1:000000000000:${rest}`;
const thing = '${iot:Connection.Thing.ThingName}';

/** A bed says how moist it is, remembers its name (retained), and hears what its own taps are to do. */
const bedPolicy = {
  logicalId: 'Beds',
  type: 'AWS::IoT::Policy',
  ref: 'Beds',
  properties: {
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${thing}`) },
        {
          Effect: 'Allow',
          Action: ['iot:Publish', 'iot:RetainPublish'],
          Resource: arn(`topic/name/${thing}`),
        },
        { Effect: 'Allow', Action: 'iot:Publish', Resource: arn(`topic/moisture/*/${thing}`) },
        { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn('topicfilter/taps/#') },
        { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/taps/${thing}`) },
      ],
    },
  },
};

type Started = IotCore & { published: PublishedMessage[]; presence: unknown[]; lines: string[] };

const running: (() => Promise<void>)[] = [];
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  for (const close of running.splice(0).reverse()) await close();
});

const start = async (changes: Partial<IotCoreOptions> = {}): Promise<Started> => {
  const published: PublishedMessage[] = [];
  const presence: unknown[] = [];
  const lines: string[] = [];
  const core = await startIotCore({
    ports: { mqtt: 0, mqtts: 0, iot: 0 },
    host,
    resources: [bedPolicy],
    region: 'us-east-1',
    clock: scaledClock(),
    journal: noJournal,
    data: undefined,
    report: (line) => void lines.push(line),
    onPublish: async (message) => {
      if (message.topic.startsWith('$aws/')) presence.push(JSON.parse(message.payload.toString()));
      else published.push(message);
    },
    ...changes,
  });
  running.push(core.close);
  return { ...core, published, presence, lines };
};

const ask = async (
  core: IotCore,
  method: string,
  path: string,
  options: RequestInit = {},
): Promise<unknown> => {
  const response = await fetch(`http://${host}:${core.iotPort}${path}`, { method, ...options });
  expect([path, response.status]).toEqual([path, 200]);
  return response.json();
};

type Credentials = { ca: string; cert: string; key: string; certificateId: string };

/** A certificate, attached to the policy and to things as asked. */
const certify = async (
  core: IotCore,
  {
    things = [],
    policy = 'Beds',
    isActive = true,
  }: { things?: string[]; policy?: string; isActive?: boolean },
): Promise<Credentials> => {
  const pair = newPair();
  const certificateSigningRequest = await signingRequest('bed', pair);
  const body = JSON.stringify({ certificateSigningRequest });
  // What the API answers, which its own tests hold.
  const made = (await ask(core, 'POST', `/certificates?setAsActive=${isActive}`, { body })) as Record<
    'certificateArn' | 'certificateId' | 'certificatePem',
    string
  >;
  const { certificateArn, certificateId, certificatePem: cert } = made;
  if (policy !== '')
    await ask(core, 'PUT', `/target-policies/${policy}`, {
      body: JSON.stringify({ target: certificateArn }),
    });
  for (const name of things) {
    await ask(core, 'POST', `/things/${name}`);
    await ask(core, 'PUT', `/things/${name}/principals`, { headers: { 'x-amzn-principal': certificateArn } });
  }
  const ca = await (await fetch(`http://${host}:${core.iotPort}/ca.pem`)).text();
  return { ca, cert, key: pemOf(pair), certificateId };
};

const connect = async (
  core: IotCore,
  { ca, cert, key }: Partial<Credentials>,
  options: IClientOptions,
): Promise<MqttClient> => {
  const url = `mqtts://localhost:${core.broker.securePort}`;
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const client = await connectAsync(url, { reconnectPeriod: 0, ...tls, ...options }, false);
  client.on('error', () => undefined);
  clients.push(client);
  return client;
};

const open = async (core: IotCore, options: IClientOptions = {}): Promise<MqttClient> => {
  const client = await connectAsync(`mqtt://${host}:${core.broker.port}`, { reconnectPeriod: 0, ...options });
  clients.push(client);
  return client;
};

const textsOf = ({ published }: Started): string[] =>
  published.map(({ topic, payload }) => `${topic} ${payload.toString()}`);

describe.each([4, 5] as const)('the MQTTS port with MQTT level %i', (protocolVersion) => {
  const connecting = (core: IotCore, credentials: Partial<Credentials>, clientId: string) =>
    connect(core, credentials, { clientId, protocolVersion });

  it('takes what a thing says under its own name', async () => {
    const core = await start();
    const credentials = await certify(core, { things: ['bed-7'] });
    const bed = await connecting(core, credentials, 'bed-7');
    await bed.publishAsync('moisture/north/bed-7', '12', { qos: 1 });
    expect(textsOf(core)).toEqual(['moisture/north/bed-7 12']);
    expect(core.presence).toMatchObject([{ principalIdentifier: credentials.certificateId }]);
    expect([core.lines, core.denied()]).toEqual([[], {}]);
  });

  it.each([0, 1] as const)('cuts off who publishes elsewhere with QoS %i, and says why', async (qos) => {
    const core = await start();
    const bed = await connecting(core, await certify(core, { things: ['bed-7'] }), 'bed-7');
    const gone = closed(bed);
    const told = new Promise((resolve) => void bed.once('disconnect', resolve));
    bed.publish('moisture/north/bed-8', '12', { qos }, () => undefined);
    await gone;
    if (protocolVersion === 5) expect(await told).toMatchObject({ reasonCode: 0x87 });
    expect(core.published).toEqual([]);
    expect(core.lines).toEqual([
      `MQTT client bed-7: iot:Publish on ${arn('topic/moisture/north/bed-8')} is refused: none of Beds allows it.`,
    ]);
    expect(core.denied()).toEqual({ 'iot:Publish': 1 });
    await expect
      .poll(() => core.presence.at(-1))
      .toMatchObject({ eventType: 'disconnected', disconnectReason: 'AUTH_ERROR' });
  });

  it('needs a right of its own to retain', async () => {
    const core = await start();
    const bed = await connecting(core, await certify(core, { things: ['bed-7'] }), 'bed-7');
    await bed.publishAsync('name/bed-7', 'tomatoes', { qos: 1, retain: true });
    const gone = closed(bed);
    bed.publish('moisture/north/bed-7', '12', { qos: 1, retain: true }, () => undefined);
    await gone;
    expect(textsOf(core)).toEqual(['name/bed-7 tomatoes']);
    expect(core.denied()).toEqual({ 'iot:RetainPublish': 1 });
  });

  it('grants subscriptions that a policy allows, and delivers what it may receive', async () => {
    const core = await start();
    const bed = await connecting(core, await certify(core, { things: ['bed-7'] }), 'bed-7');
    const granted = await bed.subscribeAsync(['taps/#']);
    expect(granted.map(({ qos }) => qos)).toEqual([0]);
    await expect(bed.subscribeAsync('moisture/#')).rejects.toThrow();
    const heard = next(bed);
    const gardener = await open(core);
    await gardener.publishAsync('taps/bed-8', 'open', { qos: 1 });
    await gardener.publishAsync('taps/bed-7', 'shut', { qos: 1 });
    expect(await heard).toMatchObject({ topic: 'taps/bed-7', text: 'shut' });
    expect(core.denied()).toEqual({ 'iot:Subscribe': 1, 'iot:Receive': 1 });
  });

  it.each([
    ['is inactive', { things: ['bed-7'], isActive: false }, 'bed-7', /certificate \w{8}… is INACTIVE/],
    ['has no policy', { things: ['bed-7'], policy: '' }, 'bed-7', /its certificate has no policy/],
    [
      'is attached to no thing',
      {},
      'bed-7',
      /none of Beds allows it, and it is attached to no thing "bed-7"/,
    ],
    ['is attached to another thing', { things: ['bed-8'] }, 'bed-7', /is attached to no thing "bed-7"/],
  ])('refuses a certificate that %s', async (_how, attachments, clientId, reason) => {
    const core = await start();
    const credentials = await certify(core, attachments);
    await expect(connecting(core, credentials, clientId)).rejects.toMatchObject({
      code: protocolVersion === 5 ? 0x87 : 5,
    });
    await expect.poll(() => core.lines).toEqual([expect.stringMatching(reason)]);
    expect(core.lines[0]).toContain(`iot:Connect on ${arn('client/bed-7')} is refused`);
    expect(core.denied()).toEqual({ 'iot:Connect': 1 });
  });

  it('cuts a connection whose certificate is deactivated, and lets it in when it is active again', async () => {
    const core = await start();
    const credentials = await certify(core, { things: ['bed-7'] });
    const bed = await connecting(core, credentials, 'bed-7');
    const gone = closed(bed);
    const path = `/certificates/${credentials.certificateId}?newStatus=`;
    await ask(core, 'PUT', `${path}INACTIVE`);
    await gone;
    await expect(connecting(core, credentials, 'bed-7')).rejects.toThrow();
    await ask(core, 'PUT', `${path}ACTIVE`);
    await connecting(core, credentials, 'bed-7');
  });

  it('does not publish the will of a client that may not publish there', async () => {
    const core = await start();
    const credentials = await certify(core, { things: ['bed-7'] });
    for (const topic of ['moisture/north/bed-8', 'moisture/north/bed-7']) {
      const will = { topic, payload: 'dry', qos: 1 as const, retain: false };
      const bed = await connect(core, credentials, { clientId: 'bed-7', protocolVersion, will });
      const gone = closed(bed);
      bed.stream.destroy();
      await gone;
    }
    await expect.poll(() => textsOf(core)).toEqual(['moisture/north/bed-7 dry']);
  });
});

describe('the handshake of the MQTTS port', () => {
  it('fails without a certificate, and with one that another CA has signed', async () => {
    const core = await start();
    const { ca } = await certify(core, {});
    await expect(connect(core, { ca }, { clientId: 'bed-7' })).rejects.toThrow();
    const pair = newPair();
    const stranger = await openAuthority(await makeAuthority());
    const cert = (await stranger.signRequest(await signingRequest('bed-7', pair))) ?? '';
    await expect(connect(core, { ca, cert, key: pemOf(pair) }, { clientId: 'bed-7' })).rejects.toThrow();
    await expect.poll(() => core.lines).toHaveLength(2);
    expect(core.lines[0]).toBe('MQTTS connection refused: the client showed no certificate.');
    expect(core.lines[1]).toMatch(/^MQTTS connection refused: /);
  });

  it('shows a certificate for this machine that the CA has signed', async () => {
    const core = await start();
    const { ca, cert, key } = await certify(core, {});
    for (const name of ['localhost', '127.0.0.1']) {
      const socket = connectTls({ host: name, port: core.broker.securePort, ca, cert, key });
      await once(socket, 'secureConnect');
      expect(socket.authorized).toBe(true);
      socket.destroy();
    }
  });
});

describe('a certificate that was deleted', () => {
  it('is refused, though its CA is known', async () => {
    const core = await start();
    const credentials = await certify(core, { policy: '', isActive: false });
    await ask(core, 'DELETE', `/certificates/${credentials.certificateId}`);
    await expect(connect(core, credentials, { clientId: 'bed-7' })).rejects.toThrow();
    await expect
      .poll(() => core.lines)
      .toEqual([expect.stringMatching(/certificate \w{8}… is not registered/)]);
  });
});

describe('the two ports', () => {
  it('have the same clients: what one port’s publish, the other port’s receive; and open to all is open to all', async () => {
    const core = await start();
    const gardener = await open(core);
    await gardener.subscribeAsync('moisture/#');
    const heard = next(gardener);
    const bed = await connect(core, await certify(core, { things: ['bed-7'] }), { clientId: 'bed-7' });
    await bed.publishAsync('moisture/north/bed-7', '12', { qos: 1 });
    expect((await heard).text).toBe('12');
    await gardener.publishAsync('moisture/north/bed-8', '3', { qos: 1 });
    expect(textsOf(core)).toEqual(['moisture/north/bed-7 12', 'moisture/north/bed-8 3']);
  });

  it('are both back after a restart of the broker', async () => {
    const faults = createFaults({ seed: 1, clock: scaledClock() });
    const core = await start({ faults });
    const credentials = await certify(core, { things: ['bed-7'] });
    const bed = await connect(core, credentials, { clientId: 'bed-7' });
    const gone = closed(bed);
    await faults.set('mqtt.restart', {});
    await gone;
    faults.clear();
    await connect(core, credentials, { clientId: 'bed-7' });
    await open(core);
  });
});

describe('with a folder for data', () => {
  it('things, certificates and the CA are there again after a restart', async () => {
    const data = await mkdtemp(join(tmpdir(), 'iot-'));
    running.push(() => rm(data, { recursive: true }));
    const { open: journal } = journalFolder(join(data, 'journal'), () => undefined);
    const first = await start({ data, journal });
    const credentials = await certify(first, { things: ['bed-7'] });
    await first.close();
    const again = journalFolder(join(data, 'journal'), () => undefined);
    const second = await start({ data, journal: again.open });
    const bed = await connect(second, credentials, { clientId: 'bed-7' });
    await bed.publishAsync('moisture/north/bed-7', '12', { qos: 1 });
    expect(textsOf(second)).toEqual(['moisture/north/bed-7 12']);
    expect((await stat(join(data, 'iot-ca.json'))).mode & 0o777).toBe(0o600);
  });
});
