import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bootTwin } from '../boot.ts';
import { scaledClock } from '../clock.ts';
import { freePort } from '../listen.ts';
import { certify } from './certify.ts';
import { probe } from './probe.ts';
import { outputOf, type World } from './world.ts';

const host = '127.0.0.1';

/** The probe on the twin; its time runs `speed` times as fast. */
export const twinWorld = async ({ speed = 1 }: { speed?: number } = {}): Promise<World> => {
  const ports = {
    webSocket: await freePort(host),
    dynamodb: await freePort(host),
    sqs: await freePort(host),
    mqtt: await freePort(host),
  };
  const twin = await bootTwin({
    stack: { name: 'probe', template: probe, assetFolder: () => undefined },
    ports,
    host,
    clock: scaledClock(speed),
    report: () => undefined, // What breaks rules on purpose is told again and again.
    log: () => undefined,
  });
  const common = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'fidelity', secretAccessKey: 'fidelity' },
    maxAttempts: 1,
  };
  const iot = new IoTClient({ ...common, endpoint: twin.iotUrl });
  const callbackUrl = outputOf(twin.outputs, 'CallbackUrl');
  const clients = {
    connections: new ApiGatewayManagementApiClient({ ...common, endpoint: callbackUrl }),
    sqs: new SQSClient({ ...common, endpoint: `http://${host}:${ports.sqs}` }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: `http://${host}:${ports.dynamodb}` }),
  };
  const { cert, key } = await certify(iot, outputOf(twin.outputs, 'PolicyName'));
  const ca = await (await fetch(`${twin.iotUrl}/ca.pem`)).text();
  return {
    ...clients,
    webSocketUrl: outputOf(twin.outputs, 'WebSocketUrl'),
    callbackUrl,
    queues: {
      heard: outputOf(twin.outputs, 'HeardUrl'),
      box: outputOf(twin.outputs, 'BoxUrl'),
      dead: outputOf(twin.outputs, 'DeadUrl'),
    },
    tableName: outputOf(twin.outputs, 'TableName'),
    ruleName: outputOf(twin.outputs, 'PlainRule'),
    mqttUrl: twin.mqttsUrl,
    mqtt: { ca, cert, key },
    patienceMs: 10_000,
    close: async () => {
      for (const client of [iot, ...Object.values(clients)]) client.destroy();
      await twin.close();
    },
  };
};
