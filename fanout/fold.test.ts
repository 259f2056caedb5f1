import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from './bytesOf.ts';
import { aReading } from './factories.ts';
import { fold, type Fold } from './fold.ts';
import { limits } from './limits.ts';
import type { JsonValue, Reading } from './reading.ts';
import { updateOf } from './update.ts';

const t0 = 1_763_690_000_000;

/** The reading of one device with this `seq`. */
const nth = (seq: number, x: JsonValue = seq): Reading => aReading({ seq, ts: t0 + seq, data: { x } });

describe('fold', () => {
  it('keeps the last reading, the count and the extremes of every number', () => {
    const readings = [nth(1, 5), nth(2, 99), nth(3, -7), nth(4, 0)];
    expect(readings.reduce<Fold | undefined>(fold, undefined)).toEqual({
      last: nth(4, 0),
      since: nth(1).receivedAt,
      count: 4,
      min: { x: -7 },
      max: { x: 99 },
    });
  });

  it('knows fields that come, go and change their type', () => {
    const data: Reading['data'][] = [
      { a: 1 },
      { b: 2, a: 'off' },
      { a: 3, constructor: 4 },
      { a: null, c: [9], d: { e: 1 } },
    ];
    const readings = data.map((of, seq) => aReading({ seq, data: of }));
    expect(readings.reduce<Fold | undefined>(fold, undefined)).toMatchObject({
      min: { a: 1, b: 2, constructor: 4 },
      max: { a: 3, b: 2, constructor: 4 },
    });
  });

  it('has a field named __proto__ as a field', () => {
    const data = JSON.parse('{"__proto__":1}') as Reading['data'];
    const two = fold(fold(undefined, aReading({ data })), aReading({ data }));
    expect(Object.entries(two.max)).toEqual([['__proto__', 1]]);
  });

  it('still fits into a frame when a device of the largest readings invents fields with every one', () => {
    const long = 'n'.repeat(128);
    const full = (seq: number): Reading => {
      const own = Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [`${seq}.${i}\u0007🙂`, -Math.random()]),
      );
      const room = 24 * 1024 - bytesOf({ ...own, text: '' });
      return aReading({
        seq,
        deviceId: long,
        region: long,
        deviceType: long,
        data: { ...own, text: 'x'.repeat(room) },
      });
    };
    const whole = [1, 2, 3, 4, 5, 6, 7, 8].map(full).reduce<Fold | undefined>(fold, undefined);
    expect(whole && Object.keys(whole.min).length).toBeGreaterThan(40);
    const frame = { type: 'sensor_batch', updates: [whole && updateOf(whole, t0)] };
    expect(bytesOf(frame)).toBeLessThanOrEqual(limits.frameBytes);
    expect(bytesOf(frame)).toBeGreaterThan(30_000);
  });

  it('goes on with the fields it has when there is no room for more', () => {
    const many = Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`field-${i}`, 1]));
    const two = fold(
      fold(undefined, aReading({ data: many })),
      aReading({ data: { ...many, 'field-0': 9, new: 1 } }),
    );
    expect(two.max).toMatchObject({ 'field-0': 9, 'field-80': 1 });
    expect(two.max).not.toHaveProperty('new');
    expect(Object.keys(two.min)).toEqual(Object.keys(two.max));
  });

  it('is the same in whatever order the readings come', () => {
    const readings = [1, 2, 3, 4, 5].map((seq) => nth(seq, (seq * 7) % 5));
    const whole = readings.reduce<Fold | undefined>(fold, undefined);
    fc.assert(
      fc.property(fc.shuffledSubarray(readings, { minLength: 5 }), (shuffled) => {
        expect(shuffled.reduce<Fold | undefined>(fold, undefined)).toEqual(whole);
      }),
    );
  });
});
