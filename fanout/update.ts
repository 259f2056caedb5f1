import type { Fold } from './fold.ts';
import type { SensorUpdate } from './protocol.ts';
import type { Reading } from './reading.ts';

/**
 * The frame for one reading, or for several folded into one; `folded` says so only where it is more than one.
 *
 * @param sentAt Epoch ms by the server's clock.
 */
export const updateOf = (due: Reading | Fold, sentAt: number): SensorUpdate => {
  if (!('last' in due)) return { type: 'sensor_update', ...due, sentAt, data: { ...due.data } };
  const { last, count, min, max } = due;
  const update = updateOf(last, sentAt);
  return count > 1 ? { ...update, folded: { count, min: { ...min }, max: { ...max } } } : update;
};
