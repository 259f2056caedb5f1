import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { awsIotTransport } from './awsIot.ts';
import { regionOf } from './awsIotConfig.ts';
import { type TestBroker, startTestBroker, unwelcome } from './broker.testing.ts';
import { testCa } from './certificates.testing.ts';
import { type Bench, describeTransport } from './transport.contract.ts';

let broker: TestBroker;
beforeAll(async () => void (broker = await startTestBroker()));
afterAll(() => broker.close());

const benchOf = (scheme: 'mqtts' | 'wss'): Bench => {
  const isMutual = scheme === 'mqtts';
  return {
    port: broker.ports[isMutual ? 'tls' : 'wss'],
    open: async (port, { bufferSize }) =>
      awsIotTransport({
        broker: `${scheme}://127.0.0.1:${port}/mqtt`,
        ca: broker.ca.ca,
        minRetryMs: 50,
        ...(bufferSize !== undefined && { bufferSize }),
      }),
    login: async (clientId) => ({
      clientId,
      ...(isMutual && { certificate: await broker.ca.client(clientId) }),
    }),
    refused: async () =>
      isMutual
        ? { clientId: 'stranger', certificate: await (await testCa()).client('stranger') }
        : { clientId: unwelcome.clientId },
    topic: `aws-iot-${scheme}`,
    forbiddenTopic: unwelcome.topic,
    observerUrl: `mqtt://127.0.0.1:${broker.ports.tcp}`,
  };
};

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterAll(() => vi.unstubAllEnvs());

describeTransport('the AWS IoT device SDK over TLS', () => benchOf('mqtts'));
describeTransport('the AWS IoT device SDK over WebSocket', () => benchOf('wss'));

it('signs its request for a WebSocket with SigV4, for the region', () => {
  const [url] = broker.upgrades;
  expect(url).toMatch(/^\/mqtt\?X-Amz-Algorithm=AWS4-HMAC-SHA256&/);
  expect(url).toContain('%2Feu-west-1%2Fiotdevicegateway%2Faws4_request');
  expect(url).toContain('X-Amz-Signature=');
});

it('knows the region by the endpoint, else by the environment, and asks for it where neither tells', () => {
  const endpoint = 'a1b2-ats.iot.eu-central-1.amazonaws.com';
  expect(regionOf(endpoint, { AWS_REGION: 'us-east-1' })).toBe('eu-central-1');
  expect(regionOf('iot.example.com', { AWS_DEFAULT_REGION: 'us-east-1' })).toBe('us-east-1');
  expect(() => regionOf('iot.example.com', {})).toThrow('set AWS_REGION');
});

let closing: () => Promise<void>;
it('refuses a device that has no certificate where there is no WebSocket', async () => {
  const transport = awsIotTransport({ broker: 'mqtts://127.0.0.1:8883' });
  const listener = { connected: vi.fn(), lost: vi.fn() };
  const reason = await new Promise<string>((resolve) => {
    const connection = transport.connect({ clientId: 'a' }, { ...listener, refused: resolve });
    closing = connection.close;
  });
  expect(reason).toContain('--cert and --key');
  await closing();
});
