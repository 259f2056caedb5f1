import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Fields } from './model.ts';
import { modelNamed, models } from './models.ts';
import { always, moment, seed, series } from './always.testing.ts';

const decimals = (name: string): number => (name === 'lat' || name === 'lon' ? 6 : 3);

const isPlain = (name: string, value: Fields[string]): boolean => {
  if (typeof value === 'object') return value?.every((item) => isPlain(name, item)) === true;
  return typeof value === 'boolean' || Number(Number(value).toFixed(decimals(name))) === value;
};

describe.each(models)('a $type', (model) => {
  it('measures the same at the same time when it has the same seed', () =>
    always((s, ts) => expect(model.device(s)(ts)).toEqual(model.device(s)(ts))));

  it('measures the same whatever was asked before', () =>
    fc.assert(
      fc.property(seed, fc.array(moment, { minLength: 2, maxLength: 8 }), (s, times) => {
        const measure = model.device(s);
        const told = times.map(measure);
        expect(times.toReversed().map(measure).toReversed()).toEqual(told);
      }),
    ));

  it('differs from its neighbour', () =>
    always((s, ts) => {
      // Half an hour: two pumps that stand still are alike.
      const told = (of: number) => series(60, 30_000, (ms) => model.device(of)(ts + ms));
      expect(told(s)).not.toEqual(told(s + 1));
    }));

  it('measures the fields that it says it does, in their order', () =>
    always((s, ts) => expect(Object.keys(model.device(s)(ts))).toEqual(Object.keys(model.fields))));

  it('measures booleans and finite numbers of few decimals', () =>
    always((s, ts) => {
      const odd = Object.entries(model.device(s)(ts)).filter(([name, value]) => !isPlain(name, value));
      expect(odd).toEqual([]);
    }));
});

describe('the models', () => {
  it('are found by their type', () => {
    for (const model of models) expect(modelNamed(model.type)).toBe(model);
    expect(modelNamed('toaster')).toBeUndefined();
  });

  it('have types and prefixes of their own', () => {
    for (const part of ['type', 'prefix'] as const)
      expect(new Set(models.map((model) => model[part])).size).toBe(models.length);
  });
});
