import { mayEverSee } from '../grants.ts';
import { limits } from '../limits.ts';
import type { Connections, Subscriptions } from '../ports.ts';
import { errorFrame, type Frame, type Request } from '../protocol.ts';
import { keyOf } from '../target.ts';
import { unknownConnection } from './hello.ts';

type Subscribe = Extract<Request, { action: 'subscribe' }>;

/**
 * `subscribe` → `subscribed`. The id is entered with the connection first (cap and existence checked in the same
 * write) and the row that delivery reads is written second: a crash between the two leaves an id without a row, which
 * the client's retry mends, and never a row that no clean-up would find.
 */
export const subscribe =
  ({
    connections,
    subscriptions,
  }: {
    connections: Pick<Connections, 'claim' | 'release'>;
    subscriptions: Pick<Subscriptions, 'put'>;
  }) =>
  async (connectionId: string, { id, to }: Subscribe): Promise<Frame> => {
    const key = { target: keyOf(to), connectionId, id };
    const claim = await connections.claim(key, limits.subscriptions);
    switch (claim.outcome) {
      case 'unknown':
        return unknownConnection(id);
      case 'taken':
        return errorFrame(
          'id_in_use',
          `"${id}" is another subscription; unsubscribe it or choose another id.`,
          id,
        );
      case 'full':
        return errorFrame(
          'too_many_subscriptions',
          `A connection may hold ${limits.subscriptions} subscriptions; unsubscribe one first.`,
          id,
        );
      case 'claimed':
    }
    const { grants, tokenExpiresAt, connectedAt } = claim.connection;
    if (!mayEverSee(grants, to)) {
      await connections.release(connectionId, id);
      return errorFrame('not_granted', 'Your token grants nothing of this target; ask for a wider one.', id);
    }
    await subscriptions.put({ ...key, grants, tokenExpiresAt, connectedAt });
    return { type: 'subscribed', id, to };
  };
