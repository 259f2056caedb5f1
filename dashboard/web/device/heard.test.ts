import { describe, expect, it } from 'vitest';
import { Heard } from './heard.ts';

const heardOf = (...spans: [number, number][]): Heard => {
  const heard = new Heard();
  for (const [from, to] of spans) heard.add(1, from, to);
  return heard;
};

describe('what was heard', () => {
  it('counts what did not come', () => {
    expect(heardOf([1, 3], [7, 9]).missing(1, 4, 6)).toBe(3);
  });

  it('counts nothing where everything came, in whatever order', () => {
    expect(heardOf([7, 9], [1, 3], [4, 4], [6, 6], [5, 5]).missing(1, 1, 9)).toBe(0);
  });

  it('takes what comes twice, and what overlaps, once', () => {
    expect(heardOf([1, 5], [3, 8], [1, 5], [20, 20], [2, 12]).missing(1, 1, 20)).toBe(7);
  });

  it('tells boots apart', () => {
    expect(heardOf([1, 9]).missing(2, 1, 9)).toBe(9);
  });

  it('forgets the oldest holes of a device that leaves holes all the time', () => {
    const heard = heardOf(...Array.from({ length: 2_000 }, (_, at): [number, number] => [2 * at, 2 * at]));
    expect([heard.missing(1, 0, 100), heard.missing(1, 3_900, 3_998)]).toEqual([0, 49]);
  });

  it('is what a set of numbers would tell', () => {
    const [heard, all] = [new Heard(), new Set<number>()];
    let state = 7;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let n = 0; n < 400; n += 1) {
      const from = random(300);
      const to = from + random(4);
      heard.add(1, from, to);
      for (let seq = from; seq <= to; seq += 1) all.add(seq);
      const [start, end] = [random(150), 150 + random(150)];
      const missing = Array.from({ length: end - start + 1 }, (_, at) => start + at).filter(
        (seq) => !all.has(seq),
      );
      expect(heard.missing(1, start, end)).toBe(missing.length);
    }
  });
});
