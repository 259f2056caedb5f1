import { formatNumber } from '../format.ts';
import type { Position } from './positionOf.ts';

/** E.g. `52.0907° N, 5.1214° E`. */
export const formatPosition = ({ lat, lon }: Position): string =>
  `${formatNumber(Math.abs(lat), 4)}° ${lat < 0 ? 'S' : 'N'}, ${formatNumber(Math.abs(lon), 4)}° ${lon < 0 ? 'W' : 'E'}`;

/** E.g. `1 device`, `12 devices`. */
export const devicesText = (count: number): string =>
  `${formatNumber(count, 0)} ${count === 1 ? 'device' : 'devices'}`;
