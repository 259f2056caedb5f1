import { signal, type ReadonlySignal } from '@preact/signals';
import type { Subscription, Target, TelemetryClient } from '../../fanout/client/telemetryClient.ts';
import { labelOf } from './view.ts';

type Wish = { ended: boolean; subscription?: Subscription };

export type Subscriptions = {
  /** Makes the client's subscriptions those of `targets`. */
  follow: (targets: readonly Target[]) => void;
  /** Why a target brings nothing, by its label. */
  refused: ReadonlySignal<ReadonlyMap<string, string>>;
};

/** Keeps the client subscribed to what is watched, and to nothing else. */
export const subscriptionsOf = (client: Pick<TelemetryClient, 'subscribe'>): Subscriptions => {
  const wishes = new Map<string, Wish>();
  const refused = signal<ReadonlyMap<string, string>>(new Map());

  const start = async (target: Target): Promise<void> => {
    const label = labelOf(target);
    const wish: Wish = { ended: false };
    wishes.set(label, wish);
    const answer = await client.subscribe(target);
    if (answer.ok) {
      wish.subscription = answer.subscription;
      // Taken out while the answer was on its way.
      if (wish.ended) await answer.subscription.unsubscribe();
    } else if (!wish.ended) refused.value = new Map(refused.value).set(label, answer.error.message);
  };

  const end = async (label: string, wish: Wish): Promise<void> => {
    wish.ended = true;
    wishes.delete(label);
    const others = [...refused.value].filter(([refusedLabel]) => refusedLabel !== label);
    refused.value = new Map(others);
    await wish.subscription?.unsubscribe();
  };

  const follow = (targets: readonly Target[]): void => {
    const wanted = new Set(targets.map(labelOf));
    for (const [label, wish] of wishes) if (!wanted.has(label)) void end(label, wish);
    for (const target of targets) if (!wishes.has(labelOf(target))) void start(target);
  };

  return { follow, refused };
};
