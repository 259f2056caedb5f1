import assert from 'node:assert/strict';
import { askPatiently, isFrame, refused, series, subscribe, updatesUntil } from './asking.ts';
import type { Bench, Check } from './edge.ts';
import type { RawClient } from './rawClient.ts';

/** Two devices of names as long: one that has spoken where the viewer may not look, and one that never was. */
const strangers = async (bench: Bench) => {
  const region = bench.unique('theirs');
  const [known, unknown] = [bench.unique('known'), bench.unique('never')];
  const witness = await bench.viewer();
  await subscribe(witness, { id: 'w', to: { region } });
  await bench.publish({ region, deviceId: known }, { boot: 1, seq: 1, type: 'secret', x: 1 });
  await updatesUntil(witness, (got) => got.length > 0, 'the reading of the known one');
  return { region, known, unknown };
};

/** What two questions are answered, less what differs by nature: the name that was asked for, and times. */
const comparable = (frames: unknown, name: string): string =>
  JSON.stringify(frames)
    .replaceAll(name, 'NAME')
    .replaceAll(/"at":\d+/g, '"at":0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

/** Everything that names a device. */
const questionsAbout = (device: string): ({ id: string } & Record<string, unknown>)[] => [
  { id: 'q1', action: 'subscribe', to: { device } },
  { id: 'q2', action: 'subscribe', to: { device }, since: Date.now() - 60_000 },
  { id: 'q3', action: 'history', device },
  { id: 'q4', action: 'history', device, limit: 1 },
  { id: 'q5', action: 'explain', device },
  { id: 'q6', action: 'note', to: { device }, text: 'Is anybody there?' },
  { id: 'q7', action: 'subscriptions' },
];

/** Asks the same about both, on a connection each, and holds the answers to each other. */
const alike = async (bench: Bench, grants: readonly string[]): Promise<void> => {
  const { known, unknown } = await strangers(bench);
  const [one, two] = [await bench.viewer({ grants }), await bench.viewer({ grants })];
  const ask = async (client: RawClient, request: { id: string } & Record<string, unknown>, name: string) =>
    comparable(
      request['action'] === 'subscribe' ? await series(client, request) : await askPatiently(client, request),
      name,
    );
  const ofUnknown = questionsAbout(unknown);
  for (const [n, request] of questionsAbout(known).entries())
    assert.equal(await ask(one, request, known), await ask(two, ofUnknown[n] ?? request, unknown));
};

export const secrecyChecks: readonly Check[] = [
  {
    name: 'forbidden and unknown devices look alike to who has grants of devices',
    run: (bench) => alike(bench, ['device:mine-*']),
  },
  {
    name: 'forbidden and unknown devices look alike to who has grants of regions',
    run: (bench) => alike(bench, [`region:${bench.unique('mine')}`]),
  },
  {
    name: 'a note reaches everyone who subscribed to exactly that target, the sender too',
    run: async (bench) => {
      const region = bench.unique('r');
      const [ada, bob, eve] = [
        await bench.viewer({ subject: bench.unique('ada') }),
        await bench.viewer({ subject: bench.unique('bob'), grants: [`region:${region}`] }),
        await bench.viewer({ subject: bench.unique('eve'), grants: [`device:${bench.unique('d')}`] }),
      ];
      for (const viewer of [ada, bob, eve]) await subscribe(viewer, { id: 'r', to: { region } });
      await subscribe(bob, { id: 'd', to: { device: bench.unique('d') } });
      const noted = await ada.ask({ action: 'note', to: { region }, text: 'Grüße,\n☕' });
      isFrame(noted, 'noted');
      for (const viewer of [ada, bob]) {
        const { at, ...note } = await viewer.next('note');
        assert.deepEqual(note, {
          type: 'note',
          to: { region },
          text: 'Grüße,\n☕',
          from: bench.unique('ada'),
        });
        assert.ok(Math.abs(at - noted.at) < 10_000);
      }
      await ada.ask({ action: 'ping' });
      isFrame(await eve.ask({ action: 'ping' }), 'pong');
      assert.ok(eve.frames.every(({ type }) => type !== 'note'));
    },
  },
  {
    name: 'a note to a target that is not covered whole is not_granted, one too long note_too_long',
    run: async ({ viewer, unique }) => {
      const bob = await viewer({ grants: [`device:${unique('d')}`] });
      const to = { device: unique('d') };
      await refused(bob, { action: 'note', to: { region: unique('r') }, text: 'Hello.' }, 'not_granted');
      await refused(bob, { action: 'note', to, text: 'x'.repeat(501) }, 'note_too_long');
      isFrame(await bob.ask({ action: 'note', to, text: 'x'.repeat(500) }), 'noted');
    },
  },
  {
    name: 'explain says yes where readings come, and where not, at which stage it ends',
    run: async (bench) => {
      const device = { region: bench.unique('r'), deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      const stagesOf = async () => {
        const answer = await askPatiently(ada, { action: 'explain', device: device.deviceId });
        isFrame(answer, 'explain');
        assert.equal(
          answer.delivered,
          answer.stages.every(({ ok }) => ok),
        );
        return { delivered: answer.delivered, last: answer.stages.at(-1) };
      };
      assert.deepEqual((await stagesOf()).last?.stage, 'device');
      const witness = await bench.viewer();
      await subscribe(witness, { id: 'w', to: { device: device.deviceId } });
      await bench.publish(device, { boot: 1, seq: 1, x: 1 });
      await updatesUntil(witness, (got) => got.length > 0, 'the reading');
      assert.deepEqual((await stagesOf()).last?.stage, 'subscriptions');
      const to = { device: device.deviceId };
      await subscribe(ada, { id: 's', to, where: [{ field: 'x', op: '>', value: 30 }] });
      assert.deepEqual((await stagesOf()).last?.stage, 'where');
      await subscribe(ada, { id: 's', to });
      assert.equal((await stagesOf()).delivered, true);
    },
  },
  {
    name: 'history comes in pages, the oldest first, and within what is asked for',
    run: async (bench) => {
      const device = { region: bench.unique('r'), deviceId: bench.unique('d') };
      const ada = await bench.viewer();
      await subscribe(ada, { id: 's', to: { device: device.deviceId } });
      for (let seq = 0; seq < 5; seq += 1) {
        await bench.publish(device, { boot: 1, seq, type: 'kettle', x: seq });
        await updatesUntil(ada, (got) => got.some((one) => one.seq === seq), `reading ${seq}`);
      }
      const ask = async (more: object) => {
        const page = await askPatiently(ada, { action: 'history', device: device.deviceId, ...more });
        isFrame(page, 'history');
        return page;
      };
      const seqs: (number | undefined)[] = [];
      let after: string | undefined;
      let pages = 0;
      do {
        const page: Awaited<ReturnType<typeof ask>> = await ask({ limit: 2, ...(after && { after }) });
        assert.ok(page.readings.length <= 2);
        seqs.push(...page.readings.map(({ seq }) => seq));
        after = page.next;
        pages += 1;
      } while (after !== undefined && pages < 10);
      assert.deepEqual(seqs, [0, 1, 2, 3, 4]);
      const [first] = (await ask({})).readings;
      assert.deepEqual(first && [first.region, first.deviceType, first.data], [
        device.region,
        'kettle',
        { x: 0 },
      ]);
      assert.deepEqual((await ask({ from: Date.now() + 60_000 })).readings, []);
      assert.deepEqual((await ask({ to: 1 })).readings, []);
      await refused(
        await bench.viewer({ grants: ['device:mine'] }),
        { action: 'history', device: device.deviceId },
        'not_granted',
      );
    },
  },
];
