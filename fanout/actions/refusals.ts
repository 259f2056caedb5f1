import { limits } from '../limits.ts';
import { errorFrame, type ErrorFrame } from '../protocol.ts';

type Id = string | undefined;

/** The edge holds the socket but the store has no row: it was cleaned up while the socket lived on. */
export const unknownConnection = (id: Id): ErrorFrame =>
  errorFrame('unknown_connection', 'This connection is not known any more; reconnect.', { id });

/** The same for what does not exist, so that nobody learns which does. */
export const notGranted = (id: Id): ErrorFrame =>
  errorFrame('not_granted', 'Your token grants nothing of this target; ask for a wider one.', { id });

export const tokenExpired = (id: Id): ErrorFrame =>
  errorFrame('token_expired', 'Your token has expired; authenticate with a newer one.', { id });

export const unknownSubscription = (id: string): ErrorFrame =>
  errorFrame('unknown_subscription', `There is no subscription "${id}" on this connection.`, { id });

export const idInUse = (id: string): ErrorFrame =>
  errorFrame('id_in_use', `"${id}" is another subscription; unsubscribe it or choose another id.`, { id });

export const tooManySubscriptions = (id: string): ErrorFrame =>
  errorFrame(
    'too_many_subscriptions',
    `A connection may hold ${limits.subscriptions} subscriptions; unsubscribe one first.`,
    { id },
  );

export const rateLimited = (id: Id, retryAfterMs: number): ErrorFrame =>
  errorFrame(
    'rate_limited',
    `More than ${limits.actionsPerSecond} requests a second; wait ${retryAfterMs} ms.`,
    { id, retryAfterMs },
  );

export const sinceInFuture = (id: string): ErrorFrame =>
  errorFrame('bad_message', '"since" lies in the future; send epoch milliseconds as the server gave them.', {
    id,
  });

export const historyRange = (id: string | undefined): ErrorFrame =>
  errorFrame('bad_message', '"from" is later than "to"; swap them.', { id });
