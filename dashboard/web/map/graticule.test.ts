import { describe, expect, it } from 'vitest';
import { netOf } from './graticule.ts';
import { pointOf } from './projection.ts';

const size = { width: 800, height: 600 };

describe('the net of degrees', () => {
  it('has lines at round degrees, where those are seen', () => {
    const { step, meridians, parallels } = netOf({ x: 0.5, y: 0.5, scale: 1_320 }, size);
    expect(step).toBe(30);
    const greenwich = meridians.find(({ degrees }) => Math.abs(degrees) < 1e-9);
    expect(greenwich?.at).toBeCloseTo(400);
    expect(parallels.find(({ degrees }) => degrees === 0)?.at).toBeCloseTo(300);
  });

  it('goes on beyond 180°', () => {
    const { meridians } = netOf({ ...pointOf({ lat: 0, lon: 179 }), scale: 40_000 }, size);
    const rounded = meridians.map(({ degrees }) => Math.round(degrees));
    expect(rounded).toContain(179);
    expect(rounded).toContain(-178);
  });

  it.each([400, 3_000, 50_000, 2 ** 22])('has few lines at a scale of %d', (scale) => {
    const { meridians, parallels } = netOf({ ...pointOf({ lat: 52, lon: 5 }), scale }, size);
    expect(meridians.length).toBeLessThan(25);
    expect(parallels.length).toBeLessThan(25);
  });
});
