import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { limits } from '../../fanout/limits.ts';
import { bearerPrefix, subprotocol } from '../../fanout/protocol.ts';
import { askPatiently, isFrame, refused, series, subscribe, updatesIn, updatesUntil } from './asking.ts';
import type { Check } from './edge.ts';
import { handshakeStatus } from './rawClient.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

export const limitChecks: readonly Check[] = [
  {
    name: 'too many requests at once are rate_limited with retryAfterMs, and after that it goes on',
    run: async ({ viewer }) => {
      const ada = await viewer();
      await wait(2_100); // A whole bucket again.
      const count = limits.actionsBurst * 3;
      const begun = performance.now();
      const answers = await Promise.all(upTo(count).map((n) => ada.ask({ action: 'ping', id: `p${n}` })));
      const limited = answers.filter((answer) => answer.type === 'error');
      assert.ok(answers.length - limited.length >= limits.actionsBurst, 'the burst is let through');
      const refilled = (limits.actionsPerSecond * (performance.now() - begun)) / 1_000;
      const most = limits.actionsBurst + Math.ceil(refilled);
      assert.ok(answers.length - limited.length <= most, `no more than ${most} are`);
      for (const { code, retryAfterMs = 0 } of limited) {
        assert.equal(code, 'rate_limited');
        assert.ok(retryAfterMs > 0 && retryAfterMs <= 10_000, String(retryAfterMs));
      }
      await wait(Math.max(...limited.map(({ retryAfterMs = 0 }) => retryAfterMs)) + 20);
      isFrame(await ada.ask({ action: 'ping' }), 'pong');
    },
  },
  {
    name: 'a connection holds so many subscriptions and no more',
    run: async ({ viewer, unique }) => {
      const ada = await viewer();
      const request = (n: number) => ({ id: `s${n}`, to: { device: unique(`d${n}`) }, snapshot: false });
      const held = await pLimit(5).map(upTo(limits.subscriptions), (n) => series(ada, request(n)));
      for (const frames of held) assert.equal(frames.at(-1)?.type, 'live');
      const more = request(limits.subscriptions);
      await refused(ada, { action: 'subscribe', ...more }, 'too_many_subscriptions');
      assert.equal((await series(ada, request(0))).at(-1)?.type, 'live', 'one that is held may be renewed');
      isFrame(await askPatiently(ada, { action: 'unsubscribe', id: 's0' }), 'unsubscribed');
      await subscribe(ada, more);
    },
  },
  {
    name: 'a principal has so many connections and no more; when one ends another may come',
    run: async ({ edge, viewer, token, unique }) => {
      const subject = unique('many');
      const viewers = [];
      for (const _ of upTo(limits.connections)) viewers.push(await viewer({ subject }));
      const knock = async () =>
        handshakeStatus(edge.url, [subprotocol, `${bearerPrefix}${await token({ subject })}`]);
      assert.equal(await knock(), 429);
      isFrame(await (await viewer({ subject: unique('another') })).ask({ action: 'ping' }), 'pong');
      viewers[0]?.close();
      await viewers[0]?.closed;
      // The store may be some seconds behind; the one that is let in is closed again at once.
      let status = await knock();
      for (let times = 0; times < 40 && status === 429; times += 1) {
        await wait(250);
        status = await knock();
      }
      assert.equal(status, 101);
      isFrame(await (viewers[1] ?? assert.fail()).ask({ action: 'ping' }), 'pong');
    },
  },
  {
    name: 'a frame of the greatest size is answered, a byte more is closed with 1009',
    run: async ({ viewer }) => {
      const ada = await viewer();
      const framed = (bytes: number) => {
        const empty = JSON.stringify({ action: 'authenticate', id: 'big', token: '' });
        return JSON.stringify({ action: 'authenticate', id: 'big', token: 'x'.repeat(bytes - empty.length) });
      };
      ada.send(framed(limits.frameBytes));
      const answer = await ada.answerTo('big');
      isFrame(answer, 'error');
      assert.equal(answer.code, 'token_refused');
      ada.send(framed(limits.frameBytes + 1));
      assert.equal((await ada.closed).code, 1009);
    },
  },
  {
    name: 'a binary message is closed with 1003',
    run: async ({ viewer }) => {
      const ada = await viewer();
      ada.send(Buffer.from('{"action":"ping"}'));
      assert.equal((await ada.closed).code, 1003);
    },
  },
  {
    name: 'a device that connects and disconnects is online and offline, in device_status and snapshot',
    run: async (bench) => {
      const deviceId = bench.unique('own');
      const region = bench.unique('r');
      const ada = await bench.viewer();
      await subscribe(ada, { id: 's', to: { region } });
      const device = await bench.mqtt(deviceId);
      await device.publishAsync(`telemetry/${region}/${deviceId}`, '{"boot":1,"seq":1}', { qos: 1 });
      await updatesUntil(ada, (got) => got.length > 0, 'its reading');
      const onlineIn = async (id: string) => {
        const frames = await subscribe(await bench.viewer(), { id, to: { device: deviceId } });
        const [page] = frames.flatMap((frame) => (frame.type === 'snapshot' ? frame.devices : []));
        return page?.online;
      };
      assert.equal(await onlineIn('a'), true);
      await device.endAsync();
      const status = await ada.next('device_status', ({ online }) => !online);
      assert.deepEqual([status.deviceId, status.region], [deviceId, region]);
      assert.equal(await onlineIn('b'), false);
      await bench.mqtt(deviceId);
      await ada.next('device_status', ({ online, at }) => online && at >= status.at);
      assert.equal(updatesIn(ada.frames).length, 1);
    },
  },
];
