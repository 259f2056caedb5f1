import { formatNumber } from '../format.ts';
import type { Health } from '../view/view.ts';
import type { Position } from './positionOf.ts';

/** How a device is said to be, beside its color and its shape. */
export const healthWords: Readonly<Record<Health, string>> = {
  fresh: 'online',
  stale: 'silent',
  offline: 'offline',
};

/** E.g. `52.0907° N, 5.1214° E`. */
export const formatPosition = ({ lat, lon }: Position): string =>
  `${formatNumber(Math.abs(lat), 4)}° ${lat < 0 ? 'S' : 'N'}, ${formatNumber(Math.abs(lon), 4)}° ${lon < 0 ? 'W' : 'E'}`;

/** E.g. `1 device`, `12 devices`. */
export const devicesText = (count: number): string =>
  `${formatNumber(count, 0)} ${count === 1 ? 'device' : 'devices'}`;

/** E.g. `10 online, 1 silent`. */
export const countsText = (counts: Readonly<Record<Health, number>>): string =>
  (['fresh', 'stale', 'offline'] as const)
    .filter((health) => counts[health] > 0)
    .map((health) => `${formatNumber(counts[health], 0)} ${healthWords[health]}`)
    .join(', ');
