import { devicesPerWorker, ratePerWorker } from '../options.ts';

/** Why these fleets are too much for the one process that runs them; undefined if they are not. */
export const overload = (
  fleets: readonly { readonly count: number; readonly rate: number }[],
): string | undefined => {
  const devices = fleets.reduce((sum, { count }) => sum + count, 0);
  if (devices > devicesPerWorker)
    return `expected ${devicesPerWorker} devices at most in all fleets together, got ${devices}`;
  const readings = fleets.reduce((sum, { count, rate }) => sum + count * rate, 0);
  return readings > ratePerWorker
    ? `expected ${ratePerWorker} readings a second at most of all fleets together, got ${Math.round(readings)}: lower count or rate`
    : undefined;
};
