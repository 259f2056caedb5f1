import type { Connections, Subscriptions } from '../ports.ts';
import { errorFrame, type Frame } from '../protocol.ts';
import { unknownConnection } from './hello.ts';

/**
 * `unsubscribe` → `unsubscribed`. The row that delivery reads goes first: a crash in between leaves an id that can be
 * unsubscribed again, and never readings that nobody can stop.
 */
export const unsubscribe =
  ({
    connections,
    subscriptions,
  }: {
    connections: Pick<Connections, 'find' | 'release'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
  }) =>
  async (connectionId: string, id: string): Promise<Frame> => {
    const found = await connections.find(connectionId);
    if (found === undefined) return unknownConnection(id);
    const key = found.subscriptions.find((subscription) => subscription.id === id);
    if (key === undefined)
      return errorFrame('unknown_subscription', `There is no subscription "${id}" on this connection.`, id);
    await subscriptions.delete([key]);
    await connections.release(connectionId, id);
    return { type: 'unsubscribed', id };
  };
