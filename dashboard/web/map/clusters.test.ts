import { describe, expect, it } from 'vitest';
import type { Health } from '../view/view.ts';
import { panned, zoomed } from './camera.ts';
import { clusterAt, clustersOf, radiusOf, worstOf } from './clusters.ts';

const size = { width: 800, height: 600 };
const camera = { x: 0.5, y: 0.5, scale: 4_000 };
const place = (x: number, y: number, health: Health = 'fresh') => ({ x, y, health });
/** So many pixels right of the middle. */
const right = (px: number, health?: Health) => place(0.5 + px / camera.scale, 0.5, health);

describe('clusters', () => {
  it('hold what lies upon each other, and tell the worst of it', () => {
    const [cluster, ...others] = clustersOf([right(1), right(2), right(3, 'offline')], camera, size);
    expect(others).toEqual([]);
    expect(cluster?.members).toHaveLength(3);
    expect(cluster?.counts).toEqual({ fresh: 2, stale: 0, offline: 1 });
    expect(cluster?.screen.x).toBeCloseTo(402);
  });

  it('leave alone what lies apart', () => {
    const found = clustersOf([right(-200), right(0), right(200)], camera, size);
    expect(found.map(({ members }) => members.length)).toEqual([1, 1, 1]);
  });

  it('lose nobody', () => {
    const places = Array.from({ length: 2_000 }, (_, n) =>
      place(0.42 + 0.16 * ((n * 0.618034) % 1), 0.44 + 0.12 * ((n * 0.7548777) % 1)),
    );
    for (const scale of [900, 1_300, 4_000]) {
      const found = clustersOf(places, { ...camera, scale }, size);
      expect(found.reduce((sum, { members }) => sum + members.length, 0)).toBe(2_000);
    }
  });

  it('stay as they are while the map is moved, up to its edges', () => {
    const places = [right(-30), right(-10), right(8), right(27), right(60)];
    const groups = (dx: number) =>
      clustersOf(places, panned(camera, size, dx, 0), size)
        .map(({ members }) => members.length)
        .join();
    const before = groups(0);
    for (const dx of [3, 17, 40, -25]) expect(groups(dx)).toBe(before);
  });

  it('part as one comes closer', () => {
    const places = [right(0), right(10)];
    expect(clustersOf(places, camera, size)).toHaveLength(1);
    expect(clustersOf(places, zoomed(camera, size, 16, { x: 400, y: 300 }), size)).toHaveLength(2);
  });

  it('are not made of what is out of sight', () => {
    expect(clustersOf([place(0.1, 0.5), place(0.5, 0.1)], camera, size)).toEqual([]);
  });

  it('take 10,000 places in a few ms', () => {
    const places = Array.from({ length: 10_000 }, (_, n) => place((n * 0.618034) % 1, (n * 0.7548777) % 1));
    const all = clustersOf(places, { x: 0.5, y: 0.5, scale: 800 }, size);
    expect(all.length).toBeLessThan(600);
    expect(all.reduce((sum, { members }) => sum + members.length, 0)).toBeGreaterThan(7_000);
  });
});

describe('what a pointer hits', () => {
  it('is the nearest within reach, and nothing elsewhere', () => {
    const found = clustersOf([right(0), right(100)], camera, size);
    expect(clusterAt(found, { x: 410, y: 302 })?.members[0]?.x).toBe(0.5);
    expect(clusterAt(found, { x: 450, y: 300 })).toBeUndefined();
  });

  it('grows with what is in it', () => {
    const members = (count: number) => ({ members: Array.from({ length: count }, () => place(0, 0)) });
    expect(radiusOf(members(1))).toBeLessThan(radiusOf(members(2)));
    expect(radiusOf(members(2))).toBeLessThan(radiusOf(members(1_000)));
  });
});

describe('the worst health', () => {
  it('is offline before stale before fresh', () => {
    expect(worstOf({ fresh: 9, stale: 1, offline: 1 })).toBe('offline');
    expect(worstOf({ fresh: 9, stale: 1, offline: 0 })).toBe('stale');
    expect(worstOf({ fresh: 9, stale: 0, offline: 0 })).toBe('fresh');
  });
});
