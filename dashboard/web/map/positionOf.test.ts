import { describe, expect, it } from 'vitest';
import { positionOf } from './positionOf.ts';

describe('the position in a reading', () => {
  it.each([
    [{ lat: 52.1, lon: 5.1 }, 52.1, 5.1],
    [{ latitude: -33, longitude: 151, speed: 3 }, -33, 151],
    [{ lat: 1, lng: 2 }, 1, 2],
    [{ location: { lat: 90, lon: -180 } }, 90, -180],
    [{ position: { latitude: 0, longitude: 0 } }, 0, 0],
    [{ location: 'yard', position: { lat: 1, lon: 2 } }, 1, 2],
    [{ lat: 'NaN', latitude: 4, lon: 5 }, 4, 5],
  ])('%j is found', (data, lat, lon) => {
    expect(positionOf(data)).toEqual({ lat, lon });
  });

  it.each([
    {},
    { lat: 1 },
    { lat: '1', lon: '2' },
    { lat: 91, lon: 0 },
    { lat: 0, lon: 180.1 },
    { lat: NaN, lon: 0 },
    { lat: Infinity, lon: 0 },
    { lat: null, lon: 0 },
    { location: [1, 2] },
    { location: null, position: 7 },
    { lat: 1, position: { lon: 2 } },
  ])('%j has none', (data) => {
    expect(positionOf(data)).toBeUndefined();
  });
});
