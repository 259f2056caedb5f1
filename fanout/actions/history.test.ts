import { beforeEach, expect, it } from 'vitest';
import { aReading } from '../factories.ts';
import { limits } from '../limits.ts';
import { anEdge, start, type Edge } from '../memory/edge.testing.ts';
import type { FrameOf } from '../protocol.ts';
import type { Reading } from '../reading.ts';

let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open({ grants: ['region:eu-west'], tokenExpiresAt: Infinity });
});

/** Recorded one after another, a millisecond between. */
const recordAll = async (readings: readonly Partial<Reading>[]) => {
  for (const reading of readings) {
    await edge.record(aReading(reading));
    edge.pass(1);
  }
};
const numbered = (count: number): Partial<Reading>[] => Array.from({ length: count }, (_, seq) => ({ seq }));

const history = async (over: object = {}): Promise<FrameOf<'history'>> => {
  const [frame] = await edge.ask({ action: 'history', id: 'h', device: 'kettle-1', ...over });
  if (frame?.type !== 'history') throw new Error(JSON.stringify(frame));
  return frame;
};
const seqs = ({ readings }: FrameOf<'history'>) => readings.map(({ seq }) => seq);

/** Page after page, as `next` says. */
const allPages = async (over: object = {}): Promise<FrameOf<'history'>[]> => {
  const pages = [await history(over)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    edge.pass(1_000); // for the token bucket
    pages.push(await history({ ...over, after: next }));
  }
  return pages;
};

it('history has the readings of a device, the oldest first', async () => {
  await recordAll([{ seq: 2 }, { seq: 1 }, { deviceId: 'kettle-2' }]);
  const { deviceId: _, ...rest } = aReading({ seq: 2 });
  const page = await history();
  expect(page).toMatchObject({ type: 'history', id: 'h', device: 'kettle-1' });
  expect(page.readings[0]).toEqual(rest);
  expect(seqs(page)).toEqual([2, 1]);
  expect(page.next).toBeUndefined();
});

it('pages follow one another without a gap or a repeat', async () => {
  await recordAll(numbered(7));
  const pages = await allPages({ limit: 3 });
  expect(pages.map(seqs)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
});

it('a page ends where a frame is full', async () => {
  await recordAll(numbered(9).map((reading) => ({ ...reading, data: { text: '€'.repeat(3_000) } })));
  const pages = await allPages();
  expect(pages.map((page) => Buffer.byteLength(JSON.stringify(page)) <= limits.frameBytes)).not.toContain(
    false,
  );
  expect(pages.map(seqs)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
});

it('from and to are times of recording, and included', async () => {
  await recordAll(numbered(5));
  expect(seqs(await history({ from: start + 1, to: start + 3 }))).toEqual([1, 2, 3]);
  expect(
    await edge.ask({ action: 'history', device: 'kettle-1', from: start + 3, to: start + 1 }),
  ).toMatchObject([
    { type: 'error', code: 'bad_message', message: expect.stringContaining('"from" is later') as string },
  ]);
});

it('nothing is told of what is kept no longer', async () => {
  await recordAll([{ seq: 1 }]);
  edge.pass(edge.ports.readings.retentionMs);
  expect(seqs(await history({ from: 0 }))).toEqual([]);
});

it('a reading recorded again by a retry comes once', async () => {
  await recordAll([{ seq: 1 }, { seq: 1 }, { seq: 2 }]);
  expect(seqs(await history())).toEqual([1, 2]);
});

it('each reading is held to the grants by itself', async () => {
  await recordAll([{ seq: 1 }, { seq: 2, region: 'us-east' }, { seq: 3 }]);
  expect(seqs(await history())).toEqual([1, 3]);
});

it('a page of nothing but readings from elsewhere is empty and leads on', async () => {
  await recordAll([...numbered(3).map((reading) => ({ ...reading, region: 'us-east' })), { seq: 9 }]);
  const pages = await allPages({ limit: 3 });
  expect(pages.map(seqs)).toEqual([[], [9]]);
});

it.each(['', 'zzz', '\u0000', 'ÿ'.repeat(512), `${start}#`])('%j is refused as a cursor', async (after) => {
  await recordAll(numbered(3));
  expect(await edge.ask({ action: 'history', device: 'kettle-1', after })).toMatchObject([
    { type: 'error', code: 'bad_message', message: expect.stringContaining('"after"') as string },
  ]);
});
