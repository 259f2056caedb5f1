import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../fanout/limits.ts';
import type { Frame, FrameOf } from '../../fanout/protocol.ts';
import { askPatiently, isFrame, refused, subscribe, typesOf, updatesIn, updatesUntil } from './asking.ts';
import type { Bench, Check } from './edge.ts';
import type { RawClient } from './rawClient.ts';

const ofType = <T extends Frame['type']>(frames: readonly Frame[], type: T): FrameOf<T>[] =>
  frames.filter((frame): frame is FrameOf<T> => frame.type === type);

/** Publishes `seq` from 0 to below `count`, and waits until somebody got them: then they are recorded. */
const publishSeen = async (
  { publish }: Bench,
  watcher: RawClient,
  device: { region: string; deviceId: string },
  seqs: readonly number[],
  more: object = {},
): Promise<void> => {
  for (const seq of seqs) await publish(device, { boot: 1, seq, ...more });
  await updatesUntil(
    watcher,
    (updates) =>
      seqs.every((seq) => updates.some((one) => one.deviceId === device.deviceId && one.seq === seq)),
    `all of ${device.deviceId} ${seqs.join(' ')}`,
  );
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A viewer that is subscribed to a region of this check's own. */
const watching = async (bench: Bench) => {
  const region = bench.unique('region');
  const watcher = await bench.viewer();
  await subscribe(watcher, { id: 'watch', to: { region } });
  return { region, watcher };
};

export const subscribeChecks: readonly Check[] = [
  {
    name: 'a target that does not exist: subscribed, snapshot_end, live',
    run: async ({ viewer, unique }) => {
      const ada = await viewer();
      const to = { device: unique('d') };
      const frames = await subscribe(ada, { id: 's', to, where: [{ field: 'x', op: 'exists' }], maxRate: 3 });
      assert.deepEqual(typesOf(frames), ['subscribed', 'snapshot_end', 'live']);
      const [subscribed] = ofType(frames, 'subscribed');
      assert.deepEqual(subscribed, {
        type: 'subscribed',
        id: 's',
        to,
        where: [{ field: 'x', op: 'exists' }],
        maxRate: 3,
        at: subscribed?.at,
      });
      assert.equal(subscribed.at, ofType(frames, 'live')[0]?.at);
      assert.equal(ofType(frames, 'snapshot_end')[0]?.devices, 0);
    },
  },
  {
    name: 'a snapshot has the newest reading of each device, also where an older one came last',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const deviceId = bench.unique('d');
      await publishSeen(bench, watcher, { region, deviceId }, [1, 3], { type: 'kettle', x: 3 });
      await publishSeen(bench, watcher, { region, deviceId }, [2], { type: 'kettle', x: 2 });
      const ada = await bench.viewer();
      for (const [n, to] of [{ device: deviceId }, { region }].entries()) {
        const frames = await subscribe(ada, { id: `s${n}`, to });
        const devices = ofType(frames, 'snapshot').flatMap((page) => page.devices);
        assert.equal(devices.length, 1);
        const { latest, ...about } = devices[0] ?? assert.fail();
        assert.deepEqual([latest.boot, latest.seq, latest.data], [1, 3, { x: 3 }]);
        assert.deepEqual([about.deviceId, about.region, about.deviceType], [deviceId, region, 'kettle']);
        assert.ok(about.lastSeen >= latest.receivedAt - 1_000);
      }
    },
  },
  {
    name: 'a large snapshot comes in pages that fit a frame, by name, counted in snapshot_end',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const deviceIds = upTo(60).map((n) => bench.unique(`d${String(n).padStart(2, '0')}`));
      for (const deviceId of deviceIds)
        await bench.publish({ region, deviceId }, { boot: 1, seq: 0, text: 'ö'.repeat(700) });
      await updatesUntil(
        watcher,
        (updates) => new Set(updates.map((one) => one.deviceId)).size === 60,
        'all of 60',
      );
      const ada = await bench.viewer();
      const frames = await subscribe(ada, { id: 's', to: { region } });
      const pages = ofType(frames, 'snapshot');
      assert.ok(pages.length > 1, 'several pages');
      assert.deepEqual(
        pages.flatMap(({ devices }) => devices.map((device) => device.deviceId)),
        deviceIds.toSorted(),
      );
      assert.equal(ofType(frames, 'snapshot_end')[0]?.devices, 60);
      assert.deepEqual(typesOf(frames.slice(0, 2)), ['subscribed', 'snapshot']);
      const types = typesOf(frames).filter((type) => type !== 'sensor_batch');
      assert.deepEqual(types.slice(-2), ['snapshot_end', 'live']);
    },
  },
  {
    name: 'without a snapshot there is none',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      await publishSeen(bench, watcher, { region, deviceId: bench.unique('d') }, [0]);
      const ada = await bench.viewer();
      const types = typesOf(await subscribe(ada, { id: 's', to: { region }, snapshot: false }));
      assert.deepEqual(
        types.filter((type) => type !== 'sensor_batch'),
        ['subscribed', 'live'],
      );
    },
  },
  {
    name: 'a snapshot shows only what the where asks for',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const [cold, hot] = [bench.unique('cold'), bench.unique('hot')];
      await publishSeen(bench, watcher, { region, deviceId: cold }, [0], { x: 1 });
      await publishSeen(bench, watcher, { region, deviceId: hot }, [0], { x: 40 });
      const ada = await bench.viewer();
      const frames = await subscribe(ada, {
        id: 's',
        to: { region },
        where: [{ field: 'x', op: '>', value: 30 }],
      });
      const shown = ofType(frames, 'snapshot').flatMap(({ devices }) => devices.map((one) => one.deviceId));
      assert.deepEqual(shown, [hot]);
    },
  },
  {
    name: 'what is published while a subscription takes hold is not missed',
    run: async (bench) => {
      const device = { region: bench.unique('r'), deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      let seq = 0;
      const state = { live: false };
      const subscribing = subscribe(ada, { id: 's', to: { device: device.deviceId } }).then((frames) => {
        state.live = true;
        return frames;
      });
      while (!state.live && seq < 2_000) await bench.publish(device, { boot: 1, seq: seq++ });
      for (const last = seq + 5; seq < last;) await bench.publish(device, { boot: 1, seq: seq++ });
      const frames = await subscribing;
      await updatesUntil(ada, (got) => got.some((one) => one.seq === seq - 1), 'the last one');
      const shown = ofType(frames, 'snapshot').flatMap(({ devices }) =>
        devices.map(({ latest }) => (latest.seq ?? 0) + 1),
      );
      const first = Math.min(...shown, ...updatesIn(ada.frames).map((one) => one.seq ?? 0));
      const wanted = upTo(seq).filter((one) => one >= first);
      const updates = await updatesUntil(
        ada,
        (got) => wanted.every((one) => got.some((update) => update.seq === one)),
        `all from ${first} to ${seq - 1}`,
      );
      assert.ok(updates.length >= 5);
    },
  },
  {
    name: 'a device, a region and a type bring their readings, and where they overlap each comes once',
    run: async (bench) => {
      const [region, other] = [bench.unique('r'), bench.unique('other')];
      const [type, deviceId] = [bench.unique('t'), bench.unique('d')];
      const ada = await bench.viewer();
      await subscribe(ada, { id: 'd', to: { device: deviceId } });
      await subscribe(ada, { id: 'r', to: { region } });
      await subscribe(ada, { id: 't', to: { type } });
      await publishSeen(bench, ada, { region, deviceId }, [1], { type });
      await publishSeen(bench, ada, { region: other, deviceId: bench.unique('e') }, [2], { type });
      await publishSeen(bench, ada, { region, deviceId: bench.unique('f') }, [3], { type: 'x' });
      await bench.publish({ region: other, deviceId: bench.unique('g') }, { boot: 1, seq: 4 });
      await publishSeen(bench, ada, { region: other, deviceId }, [5]);
      const seqs = updatesIn(ada.frames).map(({ seq }) => seq);
      assert.deepEqual(seqs, [1, 2, 3, 5]);
    },
  },
  {
    name: 'after unsubscribe readings stop, at the latest when the filters have forgotten',
    run: async (bench) => {
      const { region, watcher: ada } = await watching(bench);
      const deviceId = bench.unique('d');
      await subscribe(ada, { id: 'd', to: { device: deviceId } });
      await askPatiently(ada, { action: 'unsubscribe', id: 'watch' });
      // Live again and later, so that as much time has passed as a change of subscriptions may take.
      await subscribe(ada, { id: 'again', to: { device: bench.unique('e') } });
      await bench.publish({ region, deviceId: bench.unique('f') }, { boot: 1, seq: 1 });
      await publishSeen(bench, ada, { region, deviceId }, [2]);
      assert.deepEqual(
        updatesIn(ada.frames).map(({ seq }) => seq),
        [2],
      );
    },
  },
  {
    name: 'nothing comes that the grants do not cover, whatever is subscribed to',
    run: async (bench) => {
      const region = bench.unique('r');
      const [mine, theirs] = [bench.unique('mine'), bench.unique('theirs')];
      const { watcher } = await watching(bench);
      await subscribe(watcher, { id: 'r', to: { region } });
      await publishSeen(bench, watcher, { region, deviceId: theirs }, [0]);
      const bob = await bench.viewer({ grants: [`device:${mine}`] });
      const frames = await subscribe(bob, { id: 'r', to: { region } });
      assert.equal(ofType(frames, 'snapshot_end')[0]?.devices, 0);
      await publishSeen(bench, watcher, { region, deviceId: theirs }, [1]);
      await publishSeen(bench, bob, { region, deviceId: mine }, [2]);
      assert.ok(!JSON.stringify(bob.frames).includes(theirs));
    },
  },
  {
    name: 'with since, what was missed comes in batches, then resumed, then live',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const device = { region, deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      await subscribe(ada, { id: 's', to: { region } });
      await publishSeen(bench, ada, device, [0, 1]);
      const since = updatesIn(ada.frames).at(-1)?.sentAt ?? assert.fail();
      ada.cut();
      await publishSeen(bench, watcher, device, [2, 3, 4]);
      const again = await bench.viewer();
      const frames = await subscribe(again, { id: 's', to: { region }, since });
      const types = typesOf(frames);
      assert.deepEqual([types[0], types.at(-2), types.at(-1)], ['subscribed', 'resumed', 'live']);
      assert.ok(!types.includes('snapshot') && !types.includes('snapshot_end'));
      const [resumed] = ofType(frames, 'resumed');
      const replayed = ofType(frames, 'sensor_batch').flatMap(({ updates }) => updates.map(({ seq }) => seq));
      assert.deepEqual(replayed, replayed.toSorted(), 'the oldest first');
      assert.deepEqual(replayed.slice(-3), [2, 3, 4]);
      assert.deepEqual([resumed?.recovered, resumed?.readings], [true, replayed.length]);
    },
  },
  {
    name: 'since brings only what where and grants let through',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const deviceId = bench.unique('d');
      const since = Date.now();
      await publishSeen(bench, watcher, { region, deviceId }, [1], { x: 1 });
      await publishSeen(bench, watcher, { region, deviceId }, [2], { x: 50 });
      await publishSeen(bench, watcher, { region, deviceId: bench.unique('secret') }, [3], { x: 50 });
      const bob = await bench.viewer({ grants: [`device:${deviceId}`] });
      const where = [{ field: 'x', op: '>', value: 30 }];
      const frames = await subscribe(bob, { id: 's', to: { region }, where, since });
      assert.deepEqual(
        updatesIn(frames).map(({ seq }) => seq),
        [2],
      );
      assert.ok(!JSON.stringify(bob.frames).includes(bench.unique('secret')));
    },
  },
  {
    name: 'a since from before what is kept is not recovered, and a snapshot comes in its place, if wanted',
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      await publishSeen(bench, watcher, { region, deviceId: bench.unique('d') }, [0]);
      const ada = await bench.viewer();
      const frames = await subscribe(ada, { id: 's', to: { region }, since: 1 });
      assert.deepEqual(ofType(frames, 'resumed')[0], {
        type: 'resumed',
        id: 's',
        recovered: false,
        readings: 0,
      });
      assert.deepEqual(typesOf(frames), ['subscribed', 'resumed', 'snapshot', 'snapshot_end', 'live']);
      const without = await subscribe(ada, { id: 's', to: { region }, since: 1, snapshot: false });
      assert.deepEqual(typesOf(without), ['subscribed', 'resumed', 'live']);
    },
  },
  {
    name: 'more readings than may be replayed are not recovered',
    slow: true,
    run: async (bench) => {
      const { region, watcher } = await watching(bench);
      const since = Date.now();
      const count = limits.replayedReadings + 1;
      const devices = await Promise.all(upTo(8).map((n) => bench.mqtt(bench.unique(`d${n}`))));
      for (let seq = 0; seq * 8 < count; seq += 1) {
        await Promise.all(
          devices.map((device, n) =>
            device.publishAsync(`telemetry/${region}/${bench.unique(`d${n}`)}`, `{"boot":1,"seq":${seq}}`, {
              qos: 1,
            }),
          ),
        );
        // As fast as the edge delivers, and no faster than IoT Core takes it: 100 a second and connection.
        await Promise.all([
          wait(12),
          updatesUntil(watcher, (got) => got.length > (seq - 20) * 8, `${(seq - 20) * 8} updates`),
        ]);
      }
      const last = Math.ceil(count / 8) - 1;
      await updatesUntil(
        watcher,
        (got) => new Set(got.filter(({ seq }) => seq === last).map((one) => one.deviceId)).size === 8,
        'the last of each',
      );
      const ada = await bench.viewer();
      const frames = await subscribe(ada, { id: 's', to: { region }, since });
      assert.equal(ofType(frames, 'resumed')[0]?.recovered, false);
      assert.equal(ofType(frames, 'snapshot_end')[0]?.devices, 8);
      assert.deepEqual(ofType(frames, 'sensor_batch'), []);
    },
  },
  {
    name: 'the hopeless is not_granted',
    run: async ({ viewer, unique }) => {
      const bob = await viewer({ grants: [`device:${unique('mine')}`] });
      await refused(bob, { action: 'subscribe', id: 's', to: { device: unique('other') } }, 'not_granted');
      const answer = await askPatiently(bob, { action: 'subscriptions' });
      isFrame(answer, 'subscriptions');
      assert.deepEqual(answer.items, []);
    },
  },
];
