import type { Clock } from './clock.ts';
import type { Link } from './link.ts';
import { within } from './timing.ts';

/** When stopping: as long as acknowledgements come, at most; without any; and then for connections to close. */
const drainMs = 10_000;
const silenceMs = 800;
const closeMs = 400;

type Outstanding = {
  /** Messages without an answer yet. */
  readonly waiting: () => number;
  /** Resolves when there are none. */
  readonly idle: Promise<void>;
};

/** Waits until nothing is outstanding or nobody answers any more. */
export const drain = async (clock: Clock, { waiting, idle }: Outstanding): Promise<void> => {
  const endsAt = clock.elapsed() + drainMs;
  for (let left = Infinity; waiting() < left && clock.elapsed() < endsAt;) {
    left = waiting();
    if (left === 0 || (await within(clock, silenceMs, idle))) return;
  }
};

/** Says goodbye on all of them, and waits for that as long as is worth it. */
export const closeAll = async (clock: Clock, links: readonly Pick<Link, 'close'>[]): Promise<void> => {
  await within(clock, closeMs, Promise.all(links.map((link) => link.close())));
};
