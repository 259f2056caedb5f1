import { expect, it } from 'vitest';
import { dashboardCountClaims } from './dashboard/claims.ts';
import { measureDashboard } from './dashboard/measureDashboard.ts';
import { shortScene } from './dashboard/scene.ts';

it(
  'a small bench of the dashboard: every device is on the screen with its readings, and the list scrolls',
  async () => {
    const result = await measureDashboard(shortScene, { scale: 0.5, progress: () => undefined });
    expect(dashboardCountClaims(shortScene, result).filter(({ holds }) => !holds)).toEqual([]);
  },
  5 * 60_000, // It is about counts: how long it takes is the machine's affair.
);
