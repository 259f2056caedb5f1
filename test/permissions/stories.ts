import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { limits } from '../../fanout/limits.ts';
import { handshakeStatus } from '../viewer.ts';
import { connectDevice, type Scene, type Viewer, type Way } from './scene.ts';

/** Something that Fieldcast promises, played on the whole stack: it ends when the promise is kept, and else never. */
export type Story = { readonly name: string; readonly play: (scene: Scene) => Promise<void> };

/** When a connection is old enough that the edge is believed when it says that it is gone, ms. */
const settledMs = 5_100;
const hourMs = 3_600_000;

/** A maxRate such that a second reading, however late a busy machine has it, comes too soon. */
const seldom = 0.2;

const aged = ({ until, clock }: Scene): Promise<void> => {
  const at = clock.now() + settledMs;
  return until(() => clock.now() >= at);
};

/** A viewer of one device that has gone without a word, and long enough ago. */
const goneViewer = async (scene: Scene, device: string, wish: { maxRate?: number } = {}): Promise<Viewer> => {
  const viewer = await scene.viewer();
  await viewer.subscribe({ id: 's', to: { device }, ...wish });
  await aged(scene);
  await viewer.vanish();
  return viewer;
};

const isForgotten = async (
  { row, until }: Scene,
  { connectionId }: Viewer,
  device: string,
): Promise<void> => {
  await until(async () => (await row('Connections', { connectionId })) === undefined);
  const key = { target: `device#${device}`, subscriber: `${connectionId}#s` };
  await until(async () => (await row('Subscriptions', key)) === undefined);
};

export const delivery = (way: Way): Story => ({
  name: `a reading that comes by the ${way} is delivered`,
  play: async (scene) => {
    const device = scene.name('pump');
    const viewer = await scene.viewer();
    await viewer.subscribe({ id: 's', to: { device } });
    await scene.publish(device, { seq: 1 }, way);
    await viewer.hear('sensor_update');
  },
});

const byWay = (way: Way): readonly Story[] => [
  delivery(way),
  {
    name: `a reading that comes by the ${way} is counted in the log`,
    play: async ({ name, publish, counted }) => {
      const accepted = counted('ReadingsAccepted');
      await publish(name('pump'), { seq: 1 }, way);
      await accepted;
    },
  },
  {
    name: `a reading that comes by the ${way} is kept, and its device is known by region and type`,
    play: async ({ name, publish, row, until }) => {
      const deviceId = name('pump');
      await publish(deviceId, { seq: 1, type: 'pump' }, way);
      await until(async () => (await row('Devices', { deviceId })) !== undefined);
      await until(async () => (await row('Members', { target: 'type#pump', deviceId })) !== undefined);
    },
  },
  {
    name: `what is no reading and comes by the ${way} goes to the rejects`,
    play: async ({ name, publish, local, until }) => {
      const deviceId = name('pump');
      await publish(deviceId, 'nonsense', way);
      await until(() => local.rejects().some((reject) => reject.includes(`/${deviceId}"`)));
    },
  },
  {
    name: `readings by the ${way} above a maxRate come folded in the end`,
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device }, maxRate: seldom });
      for (const seq of [1, 2]) await scene.publish(device, { seq }, way);
      for (const _ of [1, 2]) await viewer.hear('sensor_update');
    },
  },
  {
    name: `a reading by the ${way} that the edge was too busy for comes later, and is owed until then`,
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      const debts = () => scene.rows('Debts', { connectionId: viewer.connectionId });
      // For the filters only: else what sends later would put it off once more, and owe it.
      await scene.faults.set('connections.throttle', { only: 'Ingest' });
      await scene.publish(device, { seq: 1 }, way);
      await scene.until(async () => (await debts()).length > 0);
      scene.faults.clear();
      await viewer.hear('sensor_update');
      await scene.until(async () => (await debts()).length === 0);
    },
  },
  {
    name: `a viewer that is gone is forgotten when a reading comes by the ${way}`,
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await goneViewer(scene, device);
      await scene.publish(device, { seq: 1 }, way);
      await isForgotten(scene, viewer, device);
    },
  },
];

/** Makes a connection look new for ever: a new one that is gone is taken for one that the edge is too busy for. */
const keepNew = async ({ db, table, clock }: Scene, connectionId: string, device: string): Promise<void> => {
  const rows = {
    Connections: { connectionId },
    Subscriptions: { target: `device#${device}`, subscriber: `${connectionId}#s` },
  };
  for (const [name, Key] of Object.entries(rows))
    await db.send(
      new UpdateCommand({
        TableName: table(name),
        Key,
        UpdateExpression: 'SET connectedAt = :later',
        ExpressionAttributeValues: { ':later': clock.now() + hourMs },
      }),
    );
};

/** What is put off goes through the queue and the function that send later. */
const later: readonly Story[] = [
  {
    name: 'a viewer that has gone while a fold waited is forgotten when its time comes',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device }, maxRate: 0.5 });
      await aged(scene);
      await scene.publish(device, { seq: 1 });
      await viewer.hear('sensor_update');
      await scene.publish(device, { seq: 2 });
      await viewer.vanish();
      await isForgotten(scene, viewer, device);
    },
  },
  {
    name: 'a viewer that has gone while the edge was busy is forgotten when the edge is asked again',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      await aged(scene);
      await scene.faults.set('connections.throttle');
      const busy = scene.counted('Busy');
      await scene.publish(device, { seq: 1 });
      await busy;
      scene.faults.clear();
      await viewer.vanish();
      await isForgotten(scene, viewer, device);
    },
  },
  {
    name: 'what the edge stays too busy for is put off again, and comes in the end',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      await scene.faults.set('connections.throttle');
      await scene.publish(device, { seq: 1 });
      const { connectionId } = viewer;
      await scene.until(() =>
        scene
          .messagesIn('LaterQueueUrl')
          .some((body) => body.includes(connectionId) && body.includes('"attempt":2')),
      );
      scene.faults.clear();
      await viewer.hear('sensor_update');
    },
  },
  {
    name: 'a viewer that the edge stays too busy for is hung up on in the end',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      const { connectionId } = viewer;
      await viewer.subscribe({ id: 's', to: { device } });
      await keepNew(scene, connectionId, device);
      await scene.faults.set('connections.gone-early', { ms: hourMs });
      await scene.publish(device, { seq: 1 });
      let first: string | undefined;
      await scene.until(() => {
        first = scene.messagesIn('LaterQueueUrl').find((body) => body.includes(connectionId));
        return first !== undefined;
      });
      // The last of many tries.
      await scene.send('LaterQueueUrl', (first ?? '').replace(/"attempt":\d+/, '"attempt":8'));
      await scene.until(() => viewer.isClosed());
    },
  },
  {
    name: 'what is sent later is counted in the log',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device }, maxRate: seldom });
      const resent = scene.counted('Resent');
      for (const seq of [1, 2]) await scene.publish(device, { seq });
      await resent;
    },
  },
  {
    name: 'what was sent later is gone from the queue',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device }, maxRate: seldom });
      for (const seq of [1, 2]) await scene.publish(device, { seq });
      for (const _ of [1, 2]) await viewer.hear('sensor_update');
      const { connectionId } = viewer;
      await scene.until(() => !scene.messagesIn('LaterQueueUrl').some((body) => body.includes(connectionId)));
    },
  },
  {
    name: 'readings are gone from the ingest queue once they are taken',
    play: async ({ name, publish, messagesIn, until, row }) => {
      const deviceId = name('pump');
      await publish(deviceId, { seq: 1 }, 'queue');
      await until(async () => (await row('Devices', { deviceId })) !== undefined);
      await until(() => !messagesIn('IngestQueueUrl').some((body) => body.includes(deviceId)));
    },
  },
  {
    name: 'readings that come in one batch are all in the history',
    play: async ({ name, publish, rows, until }) => {
      const deviceId = name('pump');
      await Promise.all([1, 2, 3].map((seq) => publish(deviceId, { seq }, 'queue')));
      await until(async () => (await rows('Readings', { deviceId })).length === 3);
    },
  },
];

const requests: readonly Story[] = [
  {
    name: 'hello is answered',
    play: async ({ viewer }) => {
      (await viewer()).close();
    },
  },
  {
    name: 'a request is counted in the log',
    play: async ({ viewer, counted }) => {
      const { say, hear } = await viewer();
      const requested = counted('Requests');
      say({ action: 'ping', at: 1 });
      await hear('pong');
      await requested;
    },
  },
  {
    name: 'who subscribes to a region is shown its devices as they are',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      await scene.publish(device, { seq: 1 });
      await viewer.hear('sensor_update');
      viewer.say({ action: 'subscribe', id: 'r', to: { region: 'eu-west' } });
      await viewer.hear('subscribed');
      await scene.until(async () => {
        const { devices } = await viewer.hear('snapshot');
        return devices.some(({ deviceId }) => deviceId === device);
      });
    },
  },
  {
    name: 'history gives what was recorded',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      await scene.publish(device, { seq: 1 });
      await viewer.hear('sensor_update');
      viewer.say({ action: 'history', device });
      await scene.until(async () => (await viewer.hear('history')).readings.length > 0);
    },
  },
  {
    name: 'a viewer that comes back by since gets what it missed, and what it was owed',
    play: async (scene) => {
      const device = scene.name('pump');
      const first = await scene.viewer();
      await first.subscribe({ id: 's', to: { device }, maxRate: 1 });
      const since = scene.clock.now();
      first.close();
      await scene.publish(device, { seq: 1 });
      const second = await scene.viewer();
      const previous = first.connectionId;
      second.say({ action: 'subscribe', id: 's', to: { device }, since, previous, maxRate: 1 });
      await scene.until(async () => (await second.hear('resumed')).recovered);
    },
  },
  {
    name: 'a note reaches who is subscribed to its target',
    play: async (scene) => {
      const device = scene.name('pump');
      const author = await scene.viewer();
      const reader = await scene.viewer();
      await reader.subscribe({ id: 's', to: { device } });
      author.say({ action: 'note', to: { device }, text: 'it leaks' });
      await reader.hear('note');
    },
  },
  {
    name: 'explain tells of the folding',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device }, maxRate: 1 });
      await scene.publish(device, { seq: 1 });
      await viewer.hear('sensor_update');
      viewer.say({ action: 'explain', device });
      await scene.until(async () => {
        const { stages } = await viewer.hear('explain');
        return stages.some(({ stage }) => stage === 'rate');
      });
    },
  },
  {
    name: 'unsubscribe ends a subscription',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      viewer.say({ action: 'unsubscribe', id: 's' });
      await viewer.hear('unsubscribed');
      const key = { target: `device#${device}`, subscriber: `${viewer.connectionId}#s` };
      await scene.until(async () => (await scene.row('Subscriptions', key)) === undefined);
    },
  },
  {
    name: 'authenticate takes a new token',
    play: async ({ viewer, local, name }) => {
      const { say, hear } = await viewer();
      const token = await local.sign({ subject: name('ada'), groups: ['*'], expiresIn: '2h' });
      say({ action: 'authenticate', token });
      await hear('authenticated');
    },
  },
];

const connections: readonly Story[] = [
  {
    name: 'a viewer that closes is forgotten',
    play: async (scene) => {
      const device = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device } });
      viewer.close();
      await isForgotten(scene, viewer, device);
    },
  },
  {
    name: 'a viewer that closes is counted in the log',
    play: async ({ viewer, counted }) => {
      const closed = counted('ConnectionsClosed');
      (await viewer()).close();
      await closed;
    },
  },
  {
    name: 'a viewer that opens is counted in the log',
    play: async ({ viewer, counted }) => {
      const opened = counted('ConnectionsOpened');
      await viewer();
      await opened;
    },
  },
  {
    name: 'a handshake that is refused is counted in the log',
    play: async ({ local, counted }) => {
      const refused = counted('HandshakesRefused');
      await handshakeStatus(local.webSocketUrl, ['fieldcast.v1', 'bearer.nonsense']);
      await refused;
    },
  },
  {
    name: 'connections that are gone lock nobody out',
    play: async (scene) => {
      const principal = scene.name('bob');
      const open = () => scene.viewer(principal);
      const device = scene.name('pump');
      const viewers = await Promise.all(Array.from({ length: limits.connections }, open));
      await viewers[0]?.subscribe({ id: 's', to: { device } });
      await aged(scene);
      for (const viewer of viewers) await viewer.vanish();
      await open();
      for (const viewer of viewers) await isForgotten(scene, viewer, device);
    },
  },
];

const devices: readonly Story[] = [
  {
    name: 'viewers learn that a device goes offline',
    play: async (scene) => {
      const deviceId = scene.name('pump');
      const viewer = await scene.viewer();
      await viewer.subscribe({ id: 's', to: { device: deviceId } });
      const device = await connectDevice(scene, deviceId);
      await device.publishAsync(`telemetry/eu-west/${deviceId}`, '{"seq":1}', { qos: 1 });
      await viewer.hear('sensor_update');
      await device.endAsync();
      await scene.until(async () => !(await viewer.hear('device_status')).online);
    },
  },
  {
    name: 'a life-cycle event is counted in the log',
    play: async (scene) => {
      const counted = scene.counted('PresenceEvents');
      await connectDevice(scene, scene.name('pump'));
      await counted;
    },
  },
];

/** Failures that name this device arrive in the queue for them. */
const isKept = ({ local, until }: Scene, deviceId: string): Promise<void> =>
  until(() => local.failures().some((body) => body.includes(deviceId)));

/** Takes the rules' permissions to invoke functions away, as long as the scene lasts. */
const forbidInvoking = ({ local, onEnd }: Scene): void => {
  for (const permission of local.invocations.permissions)
    if (permission.principal === 'iot.amazonaws.com') onEnd(local.invocations.suspend(permission));
};

const failures: readonly Story[] = [
  {
    name: 'a reading on which the filter fails is kept',
    play: async (scene) => {
      const deviceId = scene.name('pump');
      await scene.faults.set('function.crash', { only: 'Ingest' });
      await scene.publish(deviceId, { seq: 1 });
      await isKept(scene, deviceId);
    },
  },
  {
    name: 'a life-cycle event on which its function fails is kept',
    play: async (scene) => {
      const deviceId = scene.name('pump');
      await scene.faults.set('function.crash', { only: 'Presence' });
      await connectDevice(scene, deviceId);
      await isKept(scene, deviceId);
    },
  },
  {
    name: 'a reading that the rule cannot hand on is kept',
    play: async (scene) => {
      const deviceId = scene.name('pump');
      forbidInvoking(scene);
      await scene.publish(deviceId, { seq: 1 });
      await isKept(scene, deviceId);
    },
  },
  {
    name: 'a life-cycle event that the rule cannot hand on is kept',
    play: async (scene) => {
      const deviceId = scene.name('pump');
      forbidInvoking(scene);
      await connectDevice(scene, deviceId);
      await isKept(scene, deviceId);
    },
  },
];

/** Every story, the shortest first in each group. */
export const stories: readonly Story[] = [
  ...requests,
  ...connections,
  ...byWay('rule'),
  ...byWay('queue'),
  ...later,
  ...devices,
  ...failures,
];
