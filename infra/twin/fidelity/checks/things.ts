import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { Check, Observation } from '../check.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const connect = ({ mqttUrl, mqtt }: World, options: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(
    mqttUrl,
    { ...mqtt, reconnectPeriod: 0, clientId: `probe-${randomUUID()}`, ...options },
    false,
  );

const check = (
  name: string,
  source: string,
  expected: Observation,
  look: (world: World, client: MqttClient) => Promise<Observation>,
): Check => ({
  name: `MQTT: ${name}`,
  source,
  observe: async (world) => {
    const client = await connect(world);
    client.on('error', () => undefined); // A cut connection is what some checks look for.
    try {
      return await look(world, client);
    } finally {
      client.end(true);
    }
  },
  expected,
});

/** What a rule sent on, once it has come; `mark` tells it from what other checks sent. */
const heard = (world: World, mark: string): Promise<Record<string, Observation>> =>
  until(world, async () => {
    const QueueUrl = world.queues.heard;
    const { Messages = [] } = await world.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 0,
      }),
    );
    const found = Messages.find(({ Body = '' }) => Body.includes(mark));
    if (found === undefined) return undefined;
    await world.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
    // A cast: rules select objects.
    return JSON.parse(found.Body ?? '') as Record<string, Observation>;
  });

/** Whether the connection is cut by what is done. */
const isCut = async ({ patienceMs }: World, client: MqttClient, act: () => void): Promise<boolean> => {
  const cut = new Promise<boolean>((resolve) => void client.once('close', () => resolve(true)));
  act();
  const spared = new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, false).unref());
  return Promise.race([cut, spared]);
};

const publish = (client: MqttClient, topic: string, payload: object | string, qos: 0 | 1 = 1) =>
  client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos });

const quotas = 'General Reference, "AWS IoT Core endpoints and quotas"';
const sql = 'IoT guide, "AWS IoT SQL reference"';

export const things: readonly Check[] = [
  check('a rule selects, with topic(2)', sql, { n: 2, name: 'kitchen' }, async (world, client) => {
    const mark = randomUUID();
    await publish(client, 'probe/kitchen', { n: 2, mark });
    const { n = null, name = null } = await heard(world, mark);
    return { n, name };
  }),
  check('clientid() is who published', sql, true, async (world, client) => {
    const mark = randomUUID();
    await publish(client, 'probe/kitchen', { n: 2, mark });
    return (await heard(world, mark))['who'] === client.options.clientId;
  }),
  check('WHERE lets through what is true, texts as numbers too', sql, ['3', 4], async (world, client) => {
    const mark = randomUUID();
    await publish(client, 'probe/kitchen', { n: 1, mark: `${mark}-a` });
    await publish(client, 'probe/kitchen', { mark: `${mark}-b` });
    await publish(client, 'probe/kitchen', { n: '3', mark: `${mark}-c` });
    const first = (await heard(world, mark))['n'] ?? null;
    await publish(client, 'probe/kitchen', { n: 4, mark: `${mark}-d` });
    return [first, (await heard(world, mark))['n'] ?? null];
  }),
  check("encode(*, 'base64') keeps what is no JSON", sql, true, async (world, client) => {
    const text = `no JSON ${randomUUID()}`;
    const bytes = Buffer.from(text).toString('base64');
    await publish(client, 'probe-bytes/kitchen', text);
    return (await heard(world, bytes))['bytes'] === bytes;
  }),
  check(
    'Basic Ingest reaches the rule, which sees the rest of the topic',
    'IoT guide, "Basic Ingest"',
    'attic',
    async (world, client) => {
      const mark = randomUUID();
      await publish(client, `$aws/rules/${world.ruleName}/probe/attic`, { n: 2, mark });
      return (await heard(world, mark))['name'] ?? null;
    },
  ),
  check(
    'who publishes where the policy does not allow is cut off',
    'IoT guide, "Troubleshooting"',
    true,
    (world, client) => isCut(world, client, () => void client.publish('elsewhere', 'x', { qos: 1 })),
  ),
  check('a topic of eight slashes is cut off', quotas, true, (world, client) =>
    isCut(world, client, () => void client.publish('probe/1/2/3/4/5/6/7/8', 'x', { qos: 1 })),
  ),
  check('a payload over 128 KB is cut off', quotas, true, (world, client) =>
    isCut(world, client, () => void client.publish('probe/kitchen', 'x'.repeat(131_073), { qos: 1 })),
  ),
  check('nine filters in one SUBSCRIBE are cut off', quotas, true, (world, client) =>
    isCut(world, client, () => {
      client.subscribe(
        Array.from('123456789', (n) => `probe/${n}`),
        () => undefined,
      );
    }),
  ),
  check('a message goes to who subscribes', 'IoT guide, "MQTT topics"', 'probe/told', async (_, client) => {
    const told = new Promise<string>((resolve) => void client.once('message', resolve));
    await client.subscribeAsync('probe/+', { qos: 1 });
    await publish(client, 'probe/told', { n: 0 });
    return told;
  }),
  check('a/# is not told of a', 'IoT guide, "MQTT topics"', 'probe-deep/below', async (_, client) => {
    const told = new Promise<string>((resolve) => void client.once('message', resolve));
    await client.subscribeAsync('probe-deep/#', { qos: 1 });
    await publish(client, 'probe-deep', 'x');
    await publish(client, 'probe-deep/below', 'x');
    return told;
  }),
  check('a client id that comes again takes over', 'IoT guide, "MQTT"', true, async (world, client) => {
    const { clientId = '' } = client.options;
    let newer: Promise<MqttClient> | undefined;
    const cut = await isCut(world, client, () => void (newer = connect(world, { clientId })));
    (await newer)?.end(true);
    return cut;
  }),
  {
    name: 'MQTT: a client id that the policy does not allow is refused',
    source: 'IoT guide, "Connect policy examples"',
    observe: async (world) => {
      try {
        (await connect(world, { clientId: `stranger-${randomUUID()}` })).end(true);
        return 'connected';
      } catch {
        return 'refused';
      }
    },
    expected: 'refused',
  },
];
