import { pages } from '../pages.ts';
import type { Held } from '../ports.ts';
import type { Frame, RequestOf, SubscriptionItem } from '../protocol.ts';
import { targetOf } from '../target.ts';
import { echo, type Answering } from './act.ts';

/**
 * `subscriptions` → every subscription of this connection. One frame, except where conditions are so long that 50
 * subscriptions do not fit into one: then several, all with the request's id.
 */
export const subscriptions = async function* (
  { subscriptions: held }: Held,
  { id }: RequestOf<'subscriptions'>,
): Answering {
  const items = held.map(({ id: name, target, where, maxRate }): SubscriptionItem => ({
    id: name,
    to: targetOf(target),
    ...(where === undefined ? {} : { where: [...where] }),
    ...(maxRate === undefined ? {} : { maxRate }),
  }));
  const frameOf = (page: readonly SubscriptionItem[]): Frame => ({
    type: 'subscriptions',
    ...echo(id),
    items: [...page],
  });
  const all = pages(items, frameOf);
  yield* all.slice(0, -1);
  return all.at(-1) ?? frameOf([]);
};
