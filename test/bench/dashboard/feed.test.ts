import { describe, expect, it } from 'vitest';
import { deviceIdOf, deviceOf, measuredAt, newestAt, snapshotAt, updatesBetween } from './feed.ts';
import { packed } from './packed.ts';
import { viewportFor } from './scene.ts';

const course = { devices: 500, perSecond: 10, start: 1_763_690_000_000 };

describe('the feed', () => {
  it('brings each reading once, evenly, however time is cut', () => {
    const end = course.start + 1_000;
    const whole = updatesBetween(course, course.start, end);
    const cut = [0, 137, 138, 640].flatMap((from, n, all) =>
      updatesBetween(course, course.start + from, course.start + (all[n + 1] ?? 1_000)),
    );
    const names = (updates: typeof whole) => updates.map(({ deviceId, seq }) => `${deviceId} ${seq}`).sort();
    expect(whole).toHaveLength(5_000);
    expect(names(cut)).toEqual(names(whole));
  });

  it('tells by the count of a reading when it was measured', () => {
    const at = course.start + 12_345;
    for (const { deviceId, latest } of snapshotAt(course, at)) {
      const age = at - measuredAt(course, deviceOf(deviceId), Number(latest.data['count']));
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThanOrEqual(100);
    }
  });

  it('has no reading of a device before its first', () => {
    expect(newestAt(course, 499, course.start)).toBe(-1);
    expect(deviceOf(deviceIdOf(499))).toBe(499);
  });
});

describe('packing', () => {
  it('keeps every frame within the limit and loses nothing', () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ n, text: 'ü'.repeat(n) }));
    const frames = packed(items, 1_000);
    expect(frames.flat()).toEqual(items);
    for (const frame of frames) expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(1_000);
  });
});

describe('the screen', () => {
  it('is as high as the rows need', () => {
    expect(viewportFor(500)).toEqual({ width: 23 * 128 + 64, height: 22 * 68 + 330 });
  });
});
