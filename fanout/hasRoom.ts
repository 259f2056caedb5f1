import { disconnect, mayBeOpening } from './disconnect.ts';
import { limits } from './limits.ts';
import type { Connections, IsOpen, Subscriptions } from './ports.ts';

/**
 * Whether a principal may open one more connection. Where the store says no, the edge is asked which of them it still
 * holds, and those that it does not are forgotten: `$disconnect` is best effort, and nobody is to be locked out by
 * connections that a flapping network left behind. The store may be some milliseconds behind, so of connections that open
 * at the same instant a few more get in: the cap is there for clients that run wild, not for counting seats.
 */
export const hasRoom =
  ({
    connections,
    subscriptions,
    isOpen,
    now,
  }: {
    connections: Pick<Connections, 'ofPrincipal' | 'close'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
    isOpen: IsOpen;
    /** Epoch ms. */
    now: () => number;
  }) =>
  async (principal: string): Promise<boolean> => {
    const all = await connections.ofPrincipal(principal);
    if (all.length < limits.connections) return true;
    const open = await Promise.all(
      all.map(async (connection) => {
        if (mayBeOpening(connection, now()) || (await isOpen(connection.connectionId))) return true;
        await disconnect({ connections, subscriptions })(connection.connectionId);
        return false;
      }),
    );
    return open.filter(Boolean).length < limits.connections;
  };
