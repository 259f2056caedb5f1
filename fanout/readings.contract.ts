import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import type { Readings } from './ports.ts';

export const retentionMs = 60_000;

const { deviceId } = aReading();
const start = 1_763_690_000_000;
const all = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000 };
const reading = (seq: number) => aReading({ seq });

/** What every implementation of {@link Readings} promises. `make` gives an empty one that keeps {@link retentionMs}. */
export const describeReadings = (make: () => Promise<Readings>): void => {
  let readings: Readings;
  const seqsOf = async (range: Partial<typeof all> & { after?: string }) => {
    const found = await readings.of(deviceId, { ...all, ...range });
    return found.map(({ reading: { seq } }) => seq);
  };

  beforeEach(async () => {
    readings = await make();
  });

  it('says how long it keeps readings', () => {
    expect(readings.retentionMs).toBe(retentionMs);
  });

  it('gives back what was recorded, and when', async () => {
    const said = aReading({ data: { a: [null, 'ü', 1e-300], constructor: {} } });
    await readings.record([said], start);
    const position = expect.stringMatching(/^1763690000000#[0-9a-f]{16}$/) as string;
    expect(await readings.of(deviceId, all)).toEqual([{ reading: said, recordedAt: start, position }]);
  });

  it('keeps the devices apart', async () => {
    await readings.record([reading(1)], start);
    expect(await readings.of('kettle-10', all)).toEqual([]);
    expect(await readings.of('kettle', all)).toEqual([]);
  });

  it('has the order of recording, not that of measuring', async () => {
    await readings.record([reading(1)], start + 2);
    await readings.record([reading(2)], start);
    await readings.record([reading(3)], start + 1);
    expect(await seqsOf({})).toEqual([2, 3, 1]);
  });

  it('keeps two readings of one millisecond', async () => {
    await Promise.all([readings.record([reading(1)], start), readings.record([reading(2)], start)]);
    expect((await seqsOf({})).sort()).toEqual([1, 2]);
  });

  it('keeps a reading once that is recorded twice in one millisecond, and twice if later again', async () => {
    await readings.record([reading(1)], start);
    await readings.record([reading(1)], start);
    expect(await seqsOf({})).toEqual([1]);
    await readings.record([reading(1)], start + 1);
    expect(await seqsOf({})).toEqual([1, 1]);
  });

  it('gives those from the one time to the other, both included', async () => {
    for (let n = 0; n < 5; n += 1) await readings.record([reading(n)], start + n);
    expect(await seqsOf({ from: start + 1, to: start + 3 })).toEqual([1, 2, 3]);
    expect(await seqsOf({ from: start + 5 })).toEqual([]);
    expect(await seqsOf({ to: start - 1 })).toEqual([]);
    expect(await seqsOf({ from: start + 3, to: start + 1 })).toEqual([]);
    expect(await seqsOf({ from: 1e15 })).toEqual([]);
  });

  it('takes any text for a position', async () => {
    for (let n = 0; n < 3; n += 1) await readings.record([reading(n)], start + n);
    expect(await seqsOf({ after: '' })).toEqual([0, 1, 2]);
    expect(await seqsOf({ after: '0' })).toEqual([0, 1, 2]);
    expect(await seqsOf({ after: `${start + 1}` })).toEqual([1, 2]);
    expect(await seqsOf({ after: `${start}\u{1f4a9}` })).toEqual([1, 2]);
    expect(await seqsOf({ after: '\u{1f4a9}'.repeat(256) })).toEqual([]);
    expect(await seqsOf({ after: 'z', to: start + 1 })).toEqual([]);
  });

  it('gives page after page every reading once, in order', async () => {
    const times = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 12 });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), async (offsets, limit) => {
        const id = `d-${(n += 1)}`;
        const record = (offset: number, seq: number) =>
          readings.record([aReading({ deviceId: id, seq })], start + offset);
        await Promise.all(offsets.map(record));
        const whole = await readings.of(id, all);
        const paged: typeof whole = [];
        for (;;) {
          const after = paged.at(-1)?.position;
          const page = await readings.of(id, { ...all, limit, ...(after === undefined ? {} : { after }) });
          expect(page).toHaveLength(Math.min(limit, offsets.length - paged.length));
          if (page.length === 0) break;
          paged.push(...page);
        }
        expect(paged).toEqual(whole);
        expect(whole.map(({ recordedAt }) => recordedAt - start)).toEqual(offsets.toSorted((a, b) => a - b));
      }),
      { numRuns: 20 },
    );
  });

  it('gives as many as were asked for, however large they are', async () => {
    const large = { text: 'x'.repeat(100_000) }; // 30 of them: three pages of 1 MB
    for (let n = 0; n < 30; n += 1) await readings.record([aReading({ seq: n, data: large })], start + n);
    expect(await seqsOf({ limit: 25 })).toEqual(Array.from({ length: 25 }, (_, n) => n));
    expect(await seqsOf({})).toHaveLength(30);
  });
};
