import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionDefaults, type ConnectionSettings } from '../devices/connectionSettings.ts';
import type { DeviceLogin } from '../devices/transport.ts';
import { awsIotTransport } from '../devices/transports/awsIot.ts';
import { mqttTransport } from '../devices/transports/mqtt.ts';
import { openTransport } from '../devices/transports/openTransport.ts';
import { describeTransport, type Bench } from '../devices/transports/transport.contract.ts';
import { telemetryTopic } from '../ingest/topic.ts';
import { bootTwin, type Twin } from '../infra/twin/boot.ts';
import { freePort } from '../infra/twin/listen.ts';
import { startForTest } from './local.ts';

const host = '127.0.0.1';

/** Devices of this policy may say anything below `bench/`. */
const allow = (action: string, resource: string) => ({
  Effect: 'Allow',
  Action: action,
  Resource: { 'Fn::Sub': `arn:aws:iot:\${AWS::Region}:\${AWS::AccountId}:${resource}` },
});
const template = {
  Resources: {
    Policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyName: 'bench',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow('iot:Connect', 'client/*'),
            allow('iot:Publish', 'topic/bench/*'),
            allow('iot:RetainPublish', 'topic/bench/*'),
          ],
        },
      },
    },
  },
};

const clientFor = (endpoint: string): IoTClient =>
  new IoTClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

/** Makes a certificate in the twin's AWS IoT, with a policy if one is named. */
const newCertificate = async (iotUrl: string, policyName?: string) => {
  const iot = clientFor(iotUrl);
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateArn: target = '', certificatePem: cert = '', keyPair } = made;
  if (policyName !== undefined) await iot.send(new AttachPolicyCommand({ policyName, target }));
  return { arn: target, certificate: { cert, key: keyPair?.PrivateKey ?? '' } };
};

/** Makes a thing with a certificate, as `provision` does. */
const newThing = async (iotUrl: string, thingName: string, policyName: string): Promise<DeviceLogin> => {
  const iot = clientFor(iotUrl);
  await iot.send(new CreateThingCommand({ thingName }));
  const { arn: principal, certificate } = await newCertificate(iotUrl, policyName);
  await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  return { clientId: thingName, certificate };
};

const caOf = async (iotUrl: string): Promise<string> => (await fetch(`${iotUrl}/ca.pem`)).text();

const portOf = (url: string): number => Number(new URL(url).port);

let twin: Twin;
let mqttPort: number;
let ca: string;
let certificate: DeviceLogin['certificate'];
beforeAll(async () => {
  mqttPort = await freePort(host);
  const ports = { webSocket: 0, dynamodb: 0, sqs: 0, mqtt: mqttPort };
  const stack = { name: 'bench', template, assetFolder: () => undefined };
  twin = await bootTwin({ stack, ports, report: () => undefined, log: () => undefined });
  ca = await caOf(twin.iotUrl);
  ({ certificate } = await newCertificate(twin.iotUrl, 'bench'));
});
afterAll(() => twin.close());

const secureBench = (name: string, open: Bench['open']): Bench => ({
  port: portOf(twin.mqttsUrl),
  open,
  login: async (clientId) => ({ clientId: `${name}-${clientId}`, ...(certificate && { certificate }) }),
  // AWS has signed it, and no policy says what it may do.
  refused: async () => ({
    clientId: `${name}-stranger`,
    certificate: (await newCertificate(twin.iotUrl)).certificate,
  }),
  topic: `bench/${name}`,
  forbiddenTopic: 'elsewhere',
  observerUrl: `mqtt://${host}:${mqttPort}`,
});

const plainBench = (): Bench => ({
  ...secureBench('plain', async (port, limits) =>
    mqttTransport({ broker: `mqtt://${host}:${port}`, ...limits }),
  ),
  port: mqttPort,
  login: async (clientId) => ({ clientId: `plain-${clientId}` }),
  refused: async () => ({ clientId: 'not+allowed' }),
  forbiddenTopic: '$aws/events/any',
});

describe('the twin and', () => {
  describeTransport('mqtt, plain', plainBench);
  describeTransport('mqtt 5 with certificates', () =>
    secureBench('m5', async (port, limits) =>
      mqttTransport({ broker: `mqtts://${host}:${port}`, ca, ...limits }),
    ),
  );
  describeTransport('mqtt 3.1.1 with certificates', () =>
    secureBench('m3', async (port, limits) =>
      mqttTransport({ broker: `mqtts://${host}:${port}`, ca, mqttVersion: 3, ...limits }),
    ),
  );
  describeTransport('aws-iot with certificates', () =>
    secureBench('aws', async (port, { bufferSize = 1_000 }) =>
      awsIotTransport({ broker: `mqtts://${host}:${port}`, ca, minRetryMs: 50, bufferSize }),
    ),
  );
});

describe('Fieldcast and a device of its own', () => {
  let local: Awaited<ReturnType<typeof startForTest>>;
  let settings: ConnectionSettings;
  beforeAll(async () => {
    local = await startForTest();
    settings = { ...connectionDefaults, broker: local.mqttsUrl, ca: await caOf(local.iotUrl) };
  });
  afterAll(() => local.close());

  const output = (name: string): string => local.outputs[name] ?? `no output ${name}`;
  const payload = JSON.stringify({ ts: Date.now(), seq: 0, boot: 1, type: 'pump', celsius: 20 });

  const sum = (counts: Readonly<Record<string, number>> = {}): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const counted = () => {
    const usage = local.usage();
    return { messages: sum(usage['iot.messages']), rules: sum(usage['iot.rules']) };
  };

  for (const transport of ['mqtt', 'aws-iot'] as const) {
    it(`speak by ${transport}: its own readings are taken, those of another cut it off`, async () => {
      const thing = `pump-${transport}`;
      const login = await newThing(local.iotUrl, thing, output('DevicePolicyName'));
      const { connect } = await openTransport({ ...settings, transport });
      let tell = (_reason: string): void => undefined;
      const cutOff = new Promise<string>((resolve) => (tell = resolve));
      const lost = (reason: string): void => tell(reason);
      const connection = connect(login, { connected: () => undefined, lost, refused: lost });
      const own = telemetryTopic('roof', thing);
      expect(await connection.publish({ topic: own, payload })).toBe('acknowledged');
      const other = telemetryTopic('roof', 'another');
      expect(await connection.publish({ topic: other, payload })).toBe('refused');
      expect(await cutOff).toBe('not authorized');
      expect(await connection.publish({ topic: own, payload })).toBe('acknowledged');
      await connection.close();
    });

    it(`speak by ${transport} and Basic Ingest`, async () => {
      const thing = `direct-${transport}`;
      const login = await newThing(local.iotUrl, thing, output('DevicePolicyName'));
      const basicIngest = output('BasicIngestRule');
      const { connect } = await openTransport({ ...settings, transport, basicIngest });
      const nothing = (): void => undefined;
      const connection = connect(login, { connected: nothing, lost: nothing, refused: nothing });
      const say = () => connection.publish({ topic: telemetryTopic('roof', thing), payload });
      expect(await say()).toBe('acknowledged');
      const before = counted();
      expect(await say()).toBe('acknowledged');
      // Past the message broker, which counts nothing, to the rule.
      expect(counted()).toEqual({ messages: before.messages, rules: before.rules + 1 });
      await connection.close();
    });
  }
});
