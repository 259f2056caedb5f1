import { expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { keyOf, keysOf, targetOf, type Target } from './target.ts';

it.each<[Target, string]>([
  [{ device: 'kettle-1' }, 'device#kettle-1'],
  [{ region: 'eu-west' }, 'region#eu-west'],
  [{ type: 'kettle' }, 'type#kettle'],
])('%j has the key %s and comes back from it', (target, key) => {
  expect(keyOf(target)).toBe(key);
  expect(targetOf(keyOf(target))).toEqual(target);
});

it('a reading is looked up by its device, its region and its type', () => {
  expect(keysOf(aReading())).toEqual(['device#kettle-1', 'region#eu-west', 'type#kettle']);
});

it('a reading without a type is looked up by its device and its region', () => {
  const { deviceType: _, ...untyped } = aReading();
  expect(keysOf(untyped)).toEqual(['device#kettle-1', 'region#eu-west']);
});
