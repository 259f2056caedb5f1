import type { Clock } from './clock.ts';
import type { Tally } from './tally.ts';
import { every, gate } from './timing.ts';

/** So long a broker that holds connections may leave messages without any answer. */
const mostSilenceMs = 30_000;
const checkMs = 1_000;

/**
 * Watches for a broker that answers nothing: `fallen` resolves when for 30 s there were connections, messages waited, and
 * none of them was settled. A broker that is away is no silence. `end` ends the watch.
 */
export const watchSilence = (clock: Clock, tally: Pick<Tally, 'waiting' | 'counts'>) => {
  const fallen = gate();
  let [since, lastSettled] = [clock.elapsed(), 0];
  const end = every(clock, checkMs, () => {
    const { connected, published } = tally.counts();
    const waiting = tally.waiting();
    const settled = published - waiting;
    if (connected === 0 || waiting === 0 || settled > lastSettled) since = clock.elapsed();
    lastSettled = settled;
    if (clock.elapsed() - since >= mostSilenceMs) fallen.open();
  });
  return { fallen: fallen.opened, end };
};
