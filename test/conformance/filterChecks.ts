import assert from 'node:assert/strict';
import pLimit from 'p-limit';
import { subscribe, updatesIn, updatesUntil } from './asking.ts';
import type { Bench, Check } from './edge.ts';

type Data = Record<string, unknown>;

/** What each condition lets through of these, by position. */
const readings: readonly Data[] = [
  { x: 10 },
  { x: 20 },
  { x: 30 },
  { x: '20' },
  { x: null },
  { x: true },
  { y: 20 },
  { x: [20] },
  { x: { x: 20 } },
  { x: -0 },
];

const conditions: readonly [condition: Data, passes: readonly number[]][] = [
  [{ op: '>', value: 20 }, [2]],
  [{ op: '>=', value: 20 }, [1, 2]],
  [{ op: '<', value: 20 }, [0, 9]],
  [{ op: '<=', value: 20 }, [0, 1, 9]],
  [{ op: '==', value: 20 }, [1]],
  [{ op: '==', value: 0 }, [9]],
  [{ op: '==', value: '20' }, [3]],
  [{ op: '==', value: null }, [4]],
  [{ op: '==', value: true }, [5]],
  [{ op: '!=', value: 20 }, [0, 2, 9]],
  [{ op: '!=', value: 'off' }, [3]],
  [{ op: '!=', value: false }, [5]],
  [{ op: '!=', value: null }, []],
  [{ op: 'exists' }, [0, 1, 2, 3, 4, 5, 7, 8, 9]],
  [{ op: 'exists', value: true }, [0, 1, 2, 3, 4, 5, 7, 8, 9]],
  [{ op: 'exists', value: false }, [6]],
];

/** Publishes readings one after the other and says which of them came, by position; a last one that passes ends it. */
const passing = async (bench: Bench, where: readonly Data[], sent: readonly Data[], fence: Data) => {
  const device = { region: bench.unique('r'), deviceId: bench.unique(`d${where.length}-${fenceOf(where)}`) };
  const viewer = await bench.viewer();
  const witness = await bench.viewer();
  await Promise.all([
    subscribe(viewer, { id: 's', to: { device: device.deviceId }, where }),
    subscribe(witness, { id: 's', to: { device: device.deviceId } }),
  ]);
  for (const [seq, data] of [...sent, fence].entries()) {
    await bench.publish(device, { boot: 1, seq, ...data });
    // One after the other: a reading is decided against the last one that was sent.
    await updatesUntil(witness, (got) => got.some((one) => one.seq === seq), `the witness of ${seq}`);
  }
  await updatesUntil(viewer, (got) => got.some(({ seq }) => seq === sent.length), 'the last reading');
  return updatesIn(viewer.frames)
    .map(({ seq }) => seq)
    .filter((seq) => seq !== sent.length);
};

const fenceOf = (where: readonly Data[]): string =>
  Buffer.from(JSON.stringify(where)).toString('hex').slice(0, 40);

/** Every condition at once, each on a device of its own; all of them say the same. */
const everyCondition = async (bench: Bench): Promise<void> => {
  const { viewer, publish, unique } = bench;
  const [ada, fence] = [await viewer(), { region: unique('r'), deviceId: unique('fence') }];
  const deviceOf = (n: number): string => unique(`d${n}`);
  await subscribe(ada, { id: 'fence', to: { device: fence.deviceId } });
  await pLimit(4).map(conditions, ([condition], n) =>
    subscribe(ada, { id: `s${n}`, to: { device: deviceOf(n) }, where: [{ field: 'x', ...condition }] }),
  );
  const witness = await viewer();
  await subscribe(witness, { id: 's', to: { region: fence.region } });
  for (const [seq, data] of readings.entries())
    for (const n of conditions.keys())
      await publish({ region: fence.region, deviceId: deviceOf(n) }, { boot: 1, seq, ...data });
  const count = readings.length * conditions.length;
  await updatesUntil(witness, (got) => got.length >= count, `all ${count}`);
  await publish(fence, { boot: 1, seq: 99 });
  const updates = await updatesUntil(ada, (got) => got.some(({ seq }) => seq === 99), 'the last reading');
  for (const [n, [condition, passes]] of conditions.entries()) {
    const got = updates.filter(({ deviceId }) => deviceId === deviceOf(n)).map(({ seq }) => seq ?? -1);
    assert.deepEqual(
      got.toSorted((one, two) => one - two),
      passes,
      JSON.stringify(condition),
    );
  }
};

export const filterChecks: readonly Check[] = [
  {
    name: 'every condition lets through what it says, and nothing of another type',
    run: everyCondition,
  },
  {
    name: 'of several conditions all must hold',
    run: async (bench) => {
      const where = [
        { field: 'x', op: '>', value: 10 },
        { field: 'y', op: '==', value: 'on' },
      ];
      const sent = [{ x: 20 }, { y: 'on' }, { x: 20, y: 'on' }, { x: 20, y: 'off' }, { x: 5, y: 'on' }];
      assert.deepEqual(await passing(bench, where, sent, { x: 99, y: 'on' }), [2]);
    },
  },
  {
    name: 'changedBy reports by exception, against the last update that was sent',
    run: async (bench) => {
      const where = [{ field: 'x', op: 'changedBy', value: 2 }];
      const sent = [
        { x: 10 },
        { x: 11 },
        { x: 11.9 },
        { x: 12 },
        { x: 13 },
        { x: 'x' },
        {},
        { x: 10 },
        { x: 9 },
      ];
      assert.deepEqual(await passing(bench, where, sent, { x: 99 }), [0, 3, 7]);
    },
  },
  {
    name: 'a field that every object has is none of a reading',
    run: async (bench) => {
      const where = [{ field: 'constructor', op: 'exists' }];
      assert.deepEqual(await passing(bench, where, [{ x: 1 }], { constructor: 1 }), []);
    },
  },
  {
    name: 'maxRate folds what comes faster: with count, least and greatest, and the last value in the end',
    run: async (bench) => {
      const device = { region: bench.unique('r'), deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      await subscribe(ada, { id: 's', to: { device: device.deviceId }, maxRate: 1 });
      const values = [5, 9, 1, 7, 3, 8, 2, 6];
      for (const [seq, x] of values.entries()) await bench.publish(device, { boot: 1, seq, x, text: 'a' });
      const counted = (got: ReturnType<typeof updatesIn>) =>
        got.reduce((sum, { folded }) => sum + (folded?.count ?? 1), 0);
      const updates = await updatesUntil(ada, (got) => counted(got) >= values.length, 'all counted');
      assert.equal(counted(updates), values.length, 'each reading counts once');
      assert.ok(updates.length < values.length, 'something was folded');
      // Not by itself the last to come: two invocations may overtake each other.
      assert.ok(
        updates.some(({ seq }) => seq === values.length - 1),
        'the last value comes in the end',
      );
      const numbersOf = ({ folded, data }: (typeof updates)[number]) =>
        folded === undefined ? [data['x']] : [folded.min['x'], folded.max['x']];
      const numbers = updates.flatMap(numbersOf).map(Number);
      assert.deepEqual([Math.min(...numbers), Math.max(...numbers)], [1, 9]);
      for (const { folded } of updates)
        if (folded !== undefined)
          assert.deepEqual([Object.keys(folded.min), folded.count > 1], [['x'], true]);
    },
  },
  {
    name: 'the most permissive of overlapping subscriptions wins',
    run: async (bench) => {
      const device = { region: bench.unique('r'), deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      await subscribe(ada, { id: 'slow', to: { device: device.deviceId }, maxRate: 0.01 });
      await subscribe(ada, { id: 'all', to: { region: device.region } });
      for (let seq = 0; seq < 5; seq += 1) await bench.publish(device, { boot: 1, seq });
      const updates = await updatesUntil(ada, (got) => got.length === 5, 'all five');
      assert.ok(updates.every(({ folded }) => folded === undefined));
    },
  },
];
