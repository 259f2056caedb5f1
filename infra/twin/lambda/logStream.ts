import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** e.g. `2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef`: one stream for each environment. */
export const logStream = (clock: Clock): string => {
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
};
