import { limits } from '../limits.ts';
import type { Held } from '../ports.ts';
import type { RequestOf } from '../protocol.ts';
import { echo, type Answering } from './act.ts';
import { closesAt, notices } from './notices.ts';

/**
 * `hello` → `welcome`: who you are here, until when, and what you may do; notices first. What the client calls itself
 * (`client`) is checked by the schema and dropped: it would be a text of a stranger in our logs.
 */
export const hello = ({ now }: { now: () => number }) =>
  async function* ({ connection }: Held, { id }: RequestOf<'hello'>): Answering {
    yield* notices(connection, now());
    const { connectionId, tokenExpiresAt, grants } = connection;
    const { frameBytes, subscriptions, actionsPerSecond, actionsBurst } = limits;
    return {
      type: 'welcome',
      ...echo(id),
      connectionId,
      edge: 'serverless',
      serverTime: now(),
      closesAt: closesAt(connection),
      tokenExpiresAt,
      heartbeatMs: limits.heartbeatMs,
      limits: { frameBytes, subscriptions, actionsPerSecond, actionsBurst },
      grants: [...grants],
    };
  };
