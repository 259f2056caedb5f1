import { formatNumber } from '../format.ts';
import { healths, type Health } from '../view/view.ts';

/** How a device is said to be, beside its color and its shape. */
export const healthWords: Readonly<Record<Health, string>> = {
  fresh: 'online',
  stale: 'silent',
  offline: 'offline',
};

/** E.g. `10 online, 1 silent`. */
export const countsText = (counts: Readonly<Record<Health, number>>): string =>
  healths
    .filter((health) => counts[health] > 0)
    .map((health) => `${formatNumber(counts[health], 0)} ${healthWords[health]}`)
    .join(', ');
