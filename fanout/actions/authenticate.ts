import pLimit from 'p-limit';
import type { VerifyToken } from '../admission.ts';
import { limits } from '../limits.ts';
import type { Connections, Held, Subscriptions } from '../ports.ts';
import { errorFrame, type Frame, type RequestOf } from '../protocol.ts';
import { settle } from '../settle.ts';
import { echo } from './act.ts';
import { unknownConnection } from './refusals.ts';

/** Rows settled at once. */
const concurrency = 16;

/**
 * `authenticate` → `authenticated`: a newer token for a connection that is open. It must be its principal's, with 1 to 64
 * grants, as at the handshake. It replaces what the old one granted, be it more or less; delivery goes by it at once, but
 * for subscriptions that filters remember for up to SUBSCRIPTION_CACHE_MS. Throws when the issuer's keys are out of reach.
 */
export const authenticate =
  (ports: {
    connections: Pick<Connections, 'find' | 'authenticate'>;
    subscriptions: Pick<Subscriptions, 'put' | 'delete'>;
    verify: VerifyToken;
  }) =>
  async ({ connection }: Held, { id, token }: RequestOf<'authenticate'>): Promise<Frame> => {
    const identity = await ports.verify(token);
    const grants = identity?.grants.length ?? 0;
    if (identity?.principal !== connection.principal || grants === 0 || grants > limits.grants)
      return errorFrame(
        'token_refused',
        `The token is not valid, not ${connection.principal}'s or not one of 1 to ${limits.grants} grants; get another.`,
        { id },
      );
    const held = await ports.connections.authenticate(connection.connectionId, {
      grants: identity.grants,
      tokenExpiresAt: identity.expiresAt,
    });
    if (held === undefined) return unknownConnection(id);
    await pLimit(concurrency).map(held.subscriptions, settle(ports));
    return {
      type: 'authenticated',
      ...echo(id),
      expiresAt: identity.expiresAt,
      grants: [...identity.grants],
    };
  };
