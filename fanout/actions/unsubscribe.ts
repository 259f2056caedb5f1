import type { Connections, Held, Subscriptions } from '../ports.ts';
import type { Frame, RequestOf } from '../protocol.ts';
import { settle } from '../settle.ts';
import { unknownSubscription } from './refusals.ts';

/**
 * `unsubscribe` → `unsubscribed`. The row that delivery reads goes first: a crash in between leaves an id that can be
 * unsubscribed again, and never readings that nobody can stop. What is settled is what the id stood for when it was
 * taken out, which another request may have changed since this one was let in.
 */
export const unsubscribe =
  (ports: {
    connections: Pick<Connections, 'find' | 'release'>;
    subscriptions: Pick<Subscriptions, 'put' | 'delete'>;
  }) =>
  async (
    { connection: { connectionId }, subscriptions }: Held,
    { id }: RequestOf<'unsubscribe'>,
  ): Promise<Frame> => {
    const asked = subscriptions.find((subscription) => subscription.id === id);
    if (asked === undefined) return unknownSubscription(id);
    await ports.subscriptions.delete([asked]);
    const released = await ports.connections.release(connectionId, id);
    await settle(ports)(released ?? asked);
    return { type: 'unsubscribed', id };
  };
