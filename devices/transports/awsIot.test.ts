import { afterAll, beforeAll } from 'vitest';

import { awsIotTransport } from './awsIot.ts';
import { type TestBroker, startTestBroker, unwelcome } from './broker.testing.ts';
import { testCa } from './certificates.testing.ts';
import { type Bench, describeTransport } from './transport.contract.ts';

let broker: TestBroker;
beforeAll(async () => void (broker = await startTestBroker()));
afterAll(() => broker.close());

const benchOf = (): Bench => ({
  port: broker.ports.tls,
  open: async (port, { bufferSize }) =>
    awsIotTransport({
      broker: `mqtts://127.0.0.1:${port}`,
      ca: broker.ca.ca,
      minRetryMs: 50,
      ...(bufferSize !== undefined && { bufferSize }),
    }),
  login: async (clientId) => ({ clientId, certificate: await broker.ca.client(clientId) }),
  refused: async () => ({ clientId: 'stranger', certificate: await (await testCa()).client('stranger') }),
  topic: 'aws-iot',
  forbiddenTopic: unwelcome.topic,
  observerUrl: `mqtt://127.0.0.1:${broker.ports.tcp}`,
});

describeTransport('the AWS IoT device SDK over TLS', benchOf);
