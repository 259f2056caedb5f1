import { describe, expect, it } from 'vitest';
import { holeBetween, without } from './holes.ts';

const at = (seq: number, more: object = {}) => ({ receivedAt: 5, boot: 1, seq, ...more });
const hole = (from: number, to: number) => ({ boot: 1, from, to, since: 5 });

describe('a hole', () => {
  it('is what lies between two updates of one boot', () => {
    expect(holeBetween(at(1), at(4))).toEqual(hole(2, 3));
    expect(holeBetween(at(1), at(2))).toBeUndefined();
    expect(holeBetween(at(4), at(1))).toBeUndefined();
    expect(holeBetween(at(1), at(4, { boot: 2 }))).toBeUndefined();
  });

  it('is not explained by a fold, which may count others', () => {
    const folded = { count: 8, min: {}, max: {} };
    expect(holeBetween(at(1), at(9, { folded }))).toEqual(hole(2, 8));
    expect(without([hole(2, 9)], at(9, { folded }))).toEqual([hole(2, 8)]);
  });

  it('is not known of devices that do not count', () => {
    expect(holeBetween({ receivedAt: 5, seq: 1 }, { receivedAt: 5, seq: 4 })).toBeUndefined();
  });

  it('becomes smaller by what comes after all', () => {
    expect(without([hole(2, 9)], at(5))).toEqual([hole(2, 4), hole(6, 9)]);
    expect(without([hole(2, 9)], at(2))).toEqual([hole(3, 9)]);
    expect(without([hole(2, 9)], at(10))).toEqual([hole(2, 9)]);
    expect(without([hole(2, 9)], at(5, { boot: 2 }))).toEqual([hole(2, 9)]);
  });
});
