import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { FrameOf } from '../fanout/protocol.ts';
import { telemetryTopic } from '../ingest/topic.ts';
import { talk, transcript, type Talk, type Transcript } from './conversation.ts';
import { startForTest } from './local.ts';

/** Plays a conversation with the twin and puts what was really said into PROTOCOL.md. */
const path = new URL('../fanout/PROTOCOL.md', import.meta.url);

type Local = Awaited<ReturnType<typeof startForTest>>;
type Publish = (deviceId: string, payload: object, region?: string) => Promise<void>;
type Scene = {
  readonly written: Transcript;
  readonly open: (expiresIn: string) => Promise<Talk>;
  readonly sign: (expiresIn: string) => Promise<string>;
  /** Over kettle-1's own connection. */
  readonly own: Publish;
  /** Over that of a gateway. */
  readonly byGateway: Publish;
  readonly switchOff: () => Promise<void>;
};

const live = (id: string) => (frame: { id: string }) => frame.id === id;
const of = (deviceId: string, seq?: number) => (frame: { deviceId: string; seq?: number }) =>
  frame.deviceId === deviceId && frame.seq === seq;

/** Functions start cold, and then what is told would be about that. */
const warmUp = async (local: Local): Promise<void> => {
  const token = await local.sign({ subject: 'nobody', groups: ['*'], expiresIn: '5m' });
  const viewer = await talk(local.webSocketUrl, token, transcript());
  viewer.say({ action: 'subscribe', id: 's1', to: { region: 'anywhere' }, maxRate: 1 });
  await viewer.hear('live');
  const device = await connectAsync(local.mqttUrl, { clientId: 'warm-up' });
  const publish = () => device.publishAsync(telemetryTopic('anywhere', 'warm-up'), '{}', { qos: 1 });
  await publish();
  await viewer.hear('sensor_update');
  await publish();
  await viewer.hear('sensor_update');
  await device.endAsync();
  await viewer.hear('device_status');
  viewer.close();
  await viewer.closed;
};

const hello = async ({ written }: Scene, viewer: Talk): Promise<void> => {
  written.remark('101, Sec-WebSocket-Protocol: fieldcast.v1 — offered were fieldcast.v1, bearer.eyJ…');
  viewer.say({ action: 'hello', id: 'c1', client: 'protocol example' });
  await viewer.hear('welcome');
};

/** Waits until the server has recorded a reading of the device. */
const isRecorded = async ({ written }: Scene, viewer: Talk, device: string): Promise<void> =>
  written.leavingOut(async () => {
    for (;;) {
      viewer.say({ action: 'history', device, limit: 1 });
      if ((await viewer.hear('history')).readings.length > 0) return;
      await wait(200); // ten requests a second are allowed
    }
  });

const subscribing = async (scene: Scene, viewer: Talk): Promise<void> => {
  const { written, own } = scene;
  written.remark('There is a device already.');
  await own('kettle-1', { ts: Date.now(), boot: 7, seq: 0, type: 'kettle', temperature: 20.9 });
  await isRecorded(scene, viewer, 'kettle-1');
  written.remark(
    'A region that the grant covers: what is known, then live. Nothing was recorded while the subscription took hold,',
    'or it would have come in a sensor_batch between the two.',
  );
  viewer.say({ action: 'subscribe', id: 's1', to: { region: 'eu-west' } });
  await viewer.hear('live', live('s1'));
  written.remark(
    'A device, which may or may not be in the region; and a region that the grant can never cover.',
  );
  viewer.say({ action: 'subscribe', id: 's2', to: { device: 'kettle-1' }, snapshot: false });
  await viewer.hear('live', live('s2'));
  viewer.say({ action: 'subscribe', id: 's3', to: { region: 'us-east' } });
  await viewer.hear('error');
};

const readings = async ({ written, own, byGateway }: Scene, viewer: Talk): Promise<void> => {
  written.remark('s1 and s2 both ask for this reading; it comes once.');
  const payload = { ts: Date.now(), boot: 7, seq: 1, type: 'kettle', temperature: 21.4 };
  await own('kettle-1', payload);
  await viewer.hear('sensor_update', of('kettle-1', 1));
  written.remark(
    's2 asks for this one, but no grant covers us-east: nothing comes. What comes next is kettle-2.',
  );
  await byGateway('kettle-1', { temperature: 99 }, 'us-east');
  await byGateway('kettle-2', { temperature: 18.2 });
  await viewer.hear('sensor_update', of('kettle-2'));
};

const folding = async ({ written, byGateway }: Scene, viewer: Talk): Promise<void> => {
  written.remark(
    'Only what is above 30, and once a second. With s1 it would come all the same: the most permissive wins.',
  );
  viewer.say({ action: 'unsubscribe', id: 's1' });
  await viewer.hear('unsubscribed');
  viewer.say({
    action: 'subscribe',
    id: 's4',
    to: { device: 'kettle-3' },
    where: [{ field: 'temperature', op: '>', value: 30 }],
    maxRate: 1,
  });
  await viewer.hear('live', live('s4'));
  written.remark(
    '29 does not match. 31 goes out at once. The next three are folded: 34 is the newest, 36 was the most.',
    'Nothing follows; the queue brings them.',
  );
  for (const [seq, temperature] of [29, 31, 33, 36, 34].entries())
    await byGateway('kettle-3', { boot: 1, seq, temperature });
  await viewer.hear('sensor_update', ({ folded }) => folded !== undefined);
};

const devices = async ({ written, own, switchOff }: Scene, viewer: Talk): Promise<void> => {
  written.remark('kettle-1 is back in eu-west, and switched off.');
  await own('kettle-1', { ts: Date.now(), boot: 7, seq: 2, type: 'kettle', temperature: 21.9 });
  await viewer.hear('sensor_update', of('kettle-1', 2));
  await switchOff();
  await viewer.hear('device_status');
};

const asking = async ({ written }: Scene, viewer: Talk): Promise<void> => {
  written.remark('What was; a page at a time.');
  viewer.say({ action: 'history', id: 'c2', device: 'kettle-3', limit: 2 });
  const { next = '' } = await viewer.hear('history');
  viewer.say({ action: 'history', id: 'c3', device: 'kettle-3', limit: 2, after: next });
  await viewer.hear('history');
  written.remark(
    'Why does kettle-3 come so seldom? And what of a device that does not exist, or is not for us?',
  );
  viewer.say({ action: 'explain', id: 'c4', device: 'kettle-3' });
  await viewer.hear('explain');
  viewer.say({ action: 'explain', id: 'c5', device: 'toaster-1' });
  await viewer.hear('explain');
  viewer.say({ action: 'subscriptions', id: 'c6' });
  await viewer.hear('subscriptions');
  written.remark('A word to everyone who watches kettle-1; we are one of them.');
  viewer.say({ action: 'note', id: 'c7', to: { device: 'kettle-1' }, text: 'Descaling it now.' });
  await Promise.all([viewer.hear('noted'), viewer.hear('note')]);
};

const mistakes = async ({ written }: Scene, viewer: Talk): Promise<void> => {
  written.remark('Mistakes, each told, and none of them closes the connection.');
  viewer.say({ action: 'subscribe', id: 's2', to: { device: 'kettle-2' } });
  await viewer.hear('error');
  viewer.say({ action: 'unsubscribe', id: 's9' });
  await viewer.hear('error');
  viewer.blunder('{"action":"dance","id":"c8"}');
  await viewer.hear('error');
  viewer.blunder('{"action":"subscribe","id":"s5","to":{"region":"eu-west"},"maxrate":2}');
  await viewer.hear('error');
};

const flooding = async ({ written }: Scene, viewer: Talk): Promise<void> => {
  written.remark('Forty pings at once. Of their answers the first refusal is shown; then we wait.');
  const refused = await written.leavingOut(async (): Promise<FrameOf<'error'>> => {
    for (let n = 0; n < 40; n += 1) viewer.say({ action: 'ping', id: `p${n}` });
    const first = await viewer.hear('error', ({ code }) => code === 'rate_limited');
    await wait((first.retryAfterMs ?? 0) + 3_000); // All have been answered, and the bucket is full again.
    return first;
  });
  written.line('S', JSON.stringify(refused));
  viewer.say({ action: 'ping', id: 'c9', at: Date.now() });
  await viewer.hear('pong', ({ id }) => id === 'c9');
};

const resuming = async (scene: Scene, before: Talk): Promise<Talk> => {
  const { written, byGateway, open } = scene;
  written.remark('The network fails. Meanwhile, two readings.');
  before.cut();
  await before.closed;
  for (const seq of [3, 4])
    await byGateway('kettle-1', { ts: Date.now(), boot: 7, seq, type: 'kettle', temperature: 22 + seq });
  const viewer = await open('15m');
  written.remark(
    'Another connection. `since` is the newest server time that was heard; 15 s before it are repeated.',
  );
  viewer.say({ action: 'hello', id: 'c1' });
  await viewer.hear('welcome');
  viewer.say({ action: 'subscribe', id: 's2', to: { device: 'kettle-1' }, since: before.heardAt() });
  await viewer.hear('live', live('s2'));
  written.remark('A `since` from before what is kept: told, and a snapshot.');
  viewer.say({ action: 'subscribe', id: 's6', to: { device: 'kettle-2' }, since: 1_000 });
  await viewer.hear('live', live('s6'));
  return viewer;
};

const expiring = async ({ written, sign, open }: Scene): Promise<void> => {
  written.remark(
    'Another client, whose token is good for 3 s more. The server says so, and after that refuses.',
  );
  const viewer = await open('3s');
  viewer.say({ action: 'hello', id: 'c1' });
  const { tokenExpiresAt } = await viewer.hear('welcome');
  await wait(Math.max(0, tokenExpiresAt - Date.now()) + 200);
  viewer.say({ action: 'subscribe', id: 's1', to: { region: 'eu-west' } });
  await viewer.hear('error');
  viewer.say({ action: 'authenticate', id: 'c2', token: await sign('15m') });
  await viewer.hear('authenticated');
  viewer.say({ action: 'subscribe', id: 's1', to: { device: 'toaster-1' } });
  await viewer.hear('live');
  written.remark('Then 32,769 bytes in one frame: the server closes with 1009.');
  await written.leavingOut(async () => {
    viewer.blunder('x'.repeat(32_769));
    const code = await viewer.closed;
    if (code !== 1009) throw new Error(`The server closed with ${code}, not 1009.`);
  });
};

const play = async (scene: Scene): Promise<void> => {
  const viewer = await scene.open('15m');
  for (const act of [hello, subscribing, readings, devices, folding, asking, mistakes, flooding])
    await act(scene, viewer);
  const resumed = await resuming(scene, viewer);
  resumed.close();
  await expiring(scene);
};

const sceneOf = async (local: Local): Promise<Scene & { end: () => Promise<void> }> => {
  const written = transcript();
  const kettle = await connectAsync(local.mqttUrl, { clientId: 'kettle-1' });
  const gateway = await connectAsync(local.mqttUrl, { clientId: 'gateway' });
  const sign = (expiresIn: string) => local.sign({ subject: 'ada', groups: ['region:eu-west'], expiresIn });
  const publisher =
    (client: typeof kettle): Publish =>
    async (deviceId, payload, region = 'eu-west') => {
      const topic = telemetryTopic(region, deviceId);
      written.line('D', `${topic} ${JSON.stringify(payload)}`);
      await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
      await wait(50); // One after the other: between two invocations there is no order.
    };
  return {
    written,
    sign,
    open: async (expiresIn) => talk(local.webSocketUrl, await sign(expiresIn), written),
    own: publisher(kettle),
    byGateway: publisher(gateway),
    switchOff: () => kettle.endAsync(),
    end: async () => {
      await Promise.all([kettle.endAsync(), gateway.endAsync()]);
    },
  };
};

const write = (conversation: string): void => {
  const document = readFileSync(path, 'utf8');
  const block = /(\n## A conversation\n[\s\S]*?```text\n)[\s\S]*?(```)/;
  if (!block.test(document)) throw new Error('PROTOCOL.md needs "## A conversation" with a block of text.');
  writeFileSync(
    path,
    document.replace(block, (_, before: string, after: string) => before + conversation + after),
  );
};

const local = await startForTest();
try {
  await warmUp(local);
  const scene = await sceneOf(local);
  try {
    await play(scene);
  } catch (error) {
    console.error(scene.written.text(), local.logged.join('\n')); // So far it went well.
    throw error;
  } finally {
    await scene.end();
  }
  write(scene.written.text());
} finally {
  await local.close();
}
