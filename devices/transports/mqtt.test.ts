import { afterAll, beforeAll } from 'vitest';

import type { DeviceLogin } from '../transport.ts';
import { type TestBroker, startTestBroker, unwelcome } from './broker.testing.ts';
import { testCa } from './certificates.testing.ts';
import { mqttTransport } from './mqtt.ts';
import { type Bench, describeTransport } from './transport.contract.ts';

let broker: TestBroker;
beforeAll(async () => void (broker = await startTestBroker()));
afterAll(() => broker.close());

type Way = {
  readonly scheme: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly server: 'tcp' | 'tls' | 'ws' | 'wss';
};

const benchOf = ({ scheme, server }: Way, mqttVersion: 3 | 5): Bench => {
  const isMutual = server === 'tls';
  const login = async (clientId: string): Promise<DeviceLogin> => ({
    clientId,
    ...(isMutual && { certificate: await broker.ca.client(clientId) }),
  });
  return {
    port: broker.ports[server],
    open: async (port, limits) =>
      mqttTransport({ broker: `${scheme}://127.0.0.1:${port}`, mqttVersion, ca: broker.ca.ca, ...limits }),
    login,
    refused: async () =>
      isMutual
        ? { clientId: 'stranger', certificate: await (await testCa()).client('stranger') }
        : { clientId: 'stranger', username: 'a', password: unwelcome.password },
    topic: `${scheme}${mqttVersion}`,
    forbiddenTopic: unwelcome.topic,
    observerUrl: `mqtt://127.0.0.1:${broker.ports.tcp}`,
  };
};

const tcp = { scheme: 'mqtt', server: 'tcp' } as const;
const tls = { scheme: 'mqtts', server: 'tls' } as const;
const ws = { scheme: 'ws', server: 'ws' } as const;
const wss = { scheme: 'wss', server: 'wss' } as const;

for (const way of [tcp, tls, ws, wss]) describeTransport(`MQTT 5 over ${way.scheme}`, () => benchOf(way, 5));
for (const way of [tcp, tls]) describeTransport(`MQTT 3.1.1 over ${way.scheme}`, () => benchOf(way, 3));
