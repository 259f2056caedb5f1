import { describe, expect, it } from 'vitest';

import { fleetOf } from '../fleet.ts';
import { concerned } from './concerned.ts';

const fleet = fleetOf(40, ['roof', 'cellar'], 'seed');

describe('the devices that a behaviour concerns', () => {
  it('are the share that was asked for, and one at least', () => {
    expect(concerned(fleet, {}, 's').size).toBe(40);
    expect(concerned(fleet, { share: 0.25 }, 's').size).toBe(10);
    expect(concerned(fleet, { share: 0.001 }, 's').size).toBe(1);
  });

  it('are others with another seed, and the same with the same', () => {
    const drawn = (seed: string) => [...concerned(fleet, { share: 0.25 }, seed)];
    expect(drawn('a')).toEqual(drawn('a'));
    expect(drawn('a')).not.toEqual(drawn('b'));
  });

  it('are of the regions, types and names that were given, all together', () => {
    const ids = concerned(fleet, { regions: ['roof'], types: ['pump'], share: 0.5 }, 's');
    const among = fleet.filter(({ region, type }) => region === 'roof' && type === 'pump');
    expect(ids.size).toBe(Math.round(among.length / 2));
    for (const id of ids) expect(among.map((device) => device.id)).toContain(id);
    expect([...concerned(fleet, { devices: ['pump-002', 'nobody'] }, 's')]).toEqual(['pump-002']);
  });

  it('are none where nobody is meant', () => {
    expect(concerned(fleet, { regions: ['attic'], share: 0.5 }, 's').size).toBe(0);
  });
});
