import { describe, expect, it } from 'vitest';

import { isName } from '../fanout/names.ts';
import { fleetOf } from './fleet.ts';
import { models } from './models/models.ts';
import { pump } from './models/pump.ts';

const regions = ['eu-west', 'eu-north', 'us-east', 'ap-south'];

describe('a fleet', () => {
  it('names its devices after their model, numbered through', () => {
    const ids = fleetOf(6, regions, 'any').map((device) => device.id);
    expect(ids).toEqual(['thermostat-001', 'pump-002', 'meter-003', 'van-004', 'air-005', 'thermostat-006']);
  });

  it('has the models that were chosen only', () => {
    const ids = fleetOf(2, regions, 'any', [pump]).map((device) => device.id);
    expect(ids).toEqual(['pump-001', 'pump-002']);
  });

  it('gives every device a name of its own that a topic can carry', () => {
    const ids = fleetOf(5_000, regions, 'any').map((device) => device.id);
    expect(new Set(ids).size).toBe(5_000);
    expect(ids.every(isName)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6])('has every type in every one of %i regions', (count) => {
    const names = Array.from({ length: count }, (_, i) => `region-${i}`);
    const types = models.length;
    const pairs = fleetOf(types * types * count, names, 'any').map((d) => `${d.region} ${d.type}`);
    expect(new Set(pairs).size).toBe(types * count);
  });

  it('begins with the devices of a smaller one', () => {
    const told = (count: number) =>
      fleetOf(count, regions, 'x').map((d) => [d.id, d.region, d.measure(1.7e12)]);
    expect(told(24).slice(0, 10)).toEqual(told(10));
  });

  it('is another one with another seed', () => {
    const values = (seed: string) => fleetOf(3, regions, seed).map((d) => d.measure(1.7e12));
    expect(values('a')).toEqual(values('a'));
    expect(values('a')).not.toEqual(values('b'));
  });
});
