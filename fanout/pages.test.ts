import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { limits } from './limits.ts';
import { pages } from './pages.ts';
import type { Frame, SensorUpdate } from './protocol.ts';
import { updateOf } from './update.ts';

const batch = (updates: readonly SensorUpdate[]): Frame => ({ type: 'sensor_batch', updates: [...updates] });
const bytesOf = (frame: Frame): number => Buffer.byteLength(JSON.stringify(frame));
const updatesOf = (frames: readonly Frame[]): SensorUpdate[] =>
  frames.flatMap((frame) => (frame.type === 'sensor_batch' ? frame.updates : []));

const update = (text: string): SensorUpdate => updateOf(aReading({ data: { text } }), 0);
/** An update that alone makes a frame of exactly so many bytes. */
const filling = (bytes: number): SensorUpdate => update('x'.repeat(bytes - bytesOf(batch([update('')]))));

describe('pages', () => {
  it('no items make no page', () => {
    expect(pages([], batch)).toEqual([]);
  });

  it('items that fit are one page', () => {
    expect(pages([update('a'), update('b')], batch)).toEqual([batch([update('a'), update('b')])]);
  });

  it('a page may be full to the last byte', () => {
    const frames = pages([filling(limits.frameBytes)], batch);
    expect(frames.map(bytesOf)).toEqual([limits.frameBytes]);
  });

  it('an item that can never fit throws', () => {
    expect(() => pages([update('a'), filling(limits.frameBytes + 1)], batch)).toThrow(RangeError);
  });

  it('bytes count, not characters', () => {
    const frames = pages(Array<SensorUpdate>(3).fill(update('🙂'.repeat(4_000))), batch);
    expect(frames).toHaveLength(2);
  });

  it('what stands between the items counts', () => {
    const frames = pages(Array<SensorUpdate>(1_000).fill(update('')), batch);
    expect(updatesOf(frames)).toHaveLength(1_000);
    expect(Math.max(...frames.map(bytesOf))).toBeLessThanOrEqual(limits.frameBytes);
  });

  it('every item is in one page, in order; no page is too large, empty, or ended before it was full', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .tuple(fc.constantFrom('x', 'é', '"', '€', '🙂', '\u0007'), fc.nat({ max: 4_000 }))
        .map(([c, n]) => c.repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 24 }), (texts) => {
        const items = texts.map(update);
        const frames = pages(items, batch);
        expect(updatesOf(frames)).toEqual(items);
        for (const [i, frame] of frames.entries()) {
          const own = updatesOf([frame]);
          expect(bytesOf(frame)).toBeLessThanOrEqual(limits.frameBytes);
          expect(own.length).toBeGreaterThan(0);
          const next = updatesOf(frames.slice(i + 1, i + 2))[0];
          if (next !== undefined) expect(bytesOf(batch([...own, next]))).toBeGreaterThan(limits.frameBytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('each item is serialized to be measured, and not again for each page', () => {
    let serialized = 0;
    const items = Array.from({ length: 500 }, () => ({
      toJSON: () => ((serialized += 1), 'x'.repeat(1_000)),
    }));
    pages(items, () => ({ type: 'sensor_batch', updates: [] }));
    expect(serialized).toBe(500);
  });
});
