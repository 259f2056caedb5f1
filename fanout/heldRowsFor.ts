import type { Held, Subscription } from './ports.ts';
import type { Reading } from './reading.ts';
import { keysOf } from './target.ts';

/** The connection's subscriptions to this reading, as delivery knows them. */
export const heldRowsFor = ({ connection, subscriptions }: Held, reading: Reading): Subscription[] => {
  const keys = keysOf(reading);
  const { principal: _, ...ofConnection } = connection;
  return subscriptions
    .filter(({ target }) => keys.includes(target))
    .map((held) => ({ ...held, ...ofConnection }));
};
