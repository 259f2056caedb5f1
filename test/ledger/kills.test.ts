import { expect, it } from 'vitest';
import { killBroker } from './kills.ts';

it.each(['queue', 'function'] as const)(
  'what was acknowledged is there after the twin was killed, rule to %s',
  { timeout: 120_000 },
  async (way) => {
    const { lost, acknowledged, kills, barren } = await killBroker({ kills: 3, seed: 4, way });
    expect({ kills, lost, barren }).toEqual({ kills: 3, lost: 0, barren: 0 });
    expect(acknowledged).toBeGreaterThanOrEqual(kills);
  },
);
