import { expect, it } from 'vitest';
import { countsText } from '../fleet/healthWords.ts';
import { devicesText, formatPosition } from './words.ts';

it('A place is told by its degrees and their sides', () => {
  expect(formatPosition({ lat: -33.86, lon: 151.2093 })).toMatch(/^33.8600° S, 151.2093° E$/);
});

it('Devices are counted by how they are', () => {
  expect(devicesText(1)).toBe('1 device');
  expect(devicesText(2)).toBe('2 devices');
  expect(countsText({ fresh: 3, stale: 0, offline: 1 })).toBe('3 online, 1 offline');
});
