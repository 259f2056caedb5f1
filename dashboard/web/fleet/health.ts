import type { Health } from '../view/view.ts';
import type { Device } from './device.ts';
import { silentAfter } from './rhythm.ts';

/**
 * - `offline`: its MQTT connection is closed, and nothing came since.
 * - `stale`: silent for longer than is usual for it.
 * - `fresh`: neither.
 *
 * @param heldBackMs how long its readings may be held back on purpose, by a `maxRate`.
 */
export const healthOf = ({ status, rhythm }: Device, serverNow: number, heldBackMs: number): Health => {
  // A reading that came after the end of a connection came by another one.
  if (status?.online === false && status.at >= rhythm.lastAt - 1_000) return 'offline';
  return serverNow - rhythm.lastAt > silentAfter(rhythm, heldBackMs) ? 'stale' : 'fresh';
};
