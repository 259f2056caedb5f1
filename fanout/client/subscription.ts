import { failed, type Result } from './clientError.ts';
import type { Subscription, Wish } from './clientTypes.ts';
import type { Held } from './held.ts';
import type { Link } from './link.ts';

const gone = failed('unknown_subscription', 'This subscription ended; make a new one.');

type Dependencies = {
  held: Held;
  link: Pick<Link, 'subscribe' | 'restore' | 'mark'>;
  isHeld: () => boolean;
  unsubscribe: () => Promise<Result<object>>;
};

/** What came of one attempt; undefined if the connection was lost, or moved, in the middle of it. */
const attempt = async ({ held, link }: Dependencies, wish: Wish): Promise<Result<object> | undefined> => {
  const begun = held.version;
  held.next = wish;
  link.mark(held); // a connection lost before it is live again must not cost what came meanwhile
  held.live.shut();
  const answer = await link.subscribe(held, wish, { snapshot: false });
  const taken = held.version > begun;
  delete held.next;
  if (answer.ok && taken) return answer;
  link.restore(held, answer.ok ? undefined : answer.error);
  return answer.ok || answer.error.code === 'connection_lost' ? undefined : answer;
};

/** Another wish under the same id, once the subscription is live. */
const change = async (dependencies: Dependencies, wish: Wish): Promise<Result<object>> => {
  const { held, isHeld } = dependencies;
  for (;;) {
    await held.live.passed();
    if (!isHeld()) return gone;
    const result = await attempt(dependencies, wish);
    if (result !== undefined) return result.ok ? { ok: true } : result;
  }
};

/** What the application has in hand of a subscription. Its changes are made one after another. */
export const subscriptionOf = (dependencies: Dependencies): Subscription => {
  const { held, isHeld, unsubscribe } = dependencies;
  let changes: Promise<unknown> = Promise.resolve();
  return {
    id: held.id,
    to: held.to,
    get where() {
      return held.wish.where;
    },
    get maxRate() {
      return held.wish.maxRate;
    },
    get live() {
      return isHeld() && held.live.isOpen();
    },
    unsubscribe,
    change: (wish) => {
      const changed = changes.then(() => change(dependencies, wish));
      changes = changed;
      return changed;
    },
  };
};
