import { maxSubscriptions } from './limits.ts';
import { matches } from './topicFilter.ts';

/** The topic filters of one connection. */
export type Subscriptions = {
  /** False when the connection has 50 others already. */
  add: (filter: string) => boolean;
  remove: (filter: string) => void;
  /** Whether a message to `topic` may go to this client. `replayed`: it is a retained message, sent on subscribing. */
  covers: (topic: string, replayed: boolean) => boolean;
};

/** Knows the filters, so that delivery follows AWS where the broker follows the MQTT specification. */
export const createSubscriptions = (): Subscriptions => {
  const filters = new Set<string>();
  return {
    add: (filter) => {
      if (!filters.has(filter) && filters.size >= maxSubscriptions) return false;
      filters.add(filter);
      return true;
    },
    remove: (filter) => void filters.delete(filter),
    // AWS sends retained messages to exact filters only (developer guide, "MQTT retained messages").
    covers: (topic, replayed) =>
      replayed ? filters.has(topic) : [...filters].some((filter) => matches(filter, topic)),
  };
};
