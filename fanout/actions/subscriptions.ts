import type { Connections } from '../ports.ts';
import type { Frame, SubscriptionItem } from '../protocol.ts';
import { targetOf } from '../target.ts';
import { unknownConnection } from './hello.ts';

/** `subscriptions` → every subscription of this connection. */
export const listSubscriptions =
  ({ connections }: { connections: Pick<Connections, 'find'> }) =>
  async (connectionId: string, id?: string): Promise<Frame> => {
    const found = await connections.find(connectionId);
    if (found === undefined) return unknownConnection(id);
    const items = found.subscriptions.map((key): SubscriptionItem => ({
      id: key.id,
      to: targetOf(key.target),
    }));
    return { type: 'subscriptions', ...(id === undefined ? {} : { id }), items };
  };
