import { expect, it } from 'vitest';
import { killBroker } from './kills.ts';

it('what was acknowledged is there after the twin was killed', { timeout: 60_000 }, async () => {
  const { lost, acknowledged, kills } = await killBroker({ kills: 3, seed: 4 });
  expect({ kills, lost }).toEqual({ kills: 3, lost: 0 });
  expect(acknowledged).toBeGreaterThan(0);
});
