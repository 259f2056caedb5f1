import { isFromServer, type ClientError, type Result } from './clientError.ts';
import { requestFor, type Held, type Position } from './held.ts';
import type { Session } from './session.ts';

/** Each holds a function of the server for about a second until it is live. */
const atOnce = 2;

/** Whether the server means the subscription, and not the moment. */
const isFinal = (error: ClientError): boolean =>
  isFromServer(error) && !['unknown_connection', 'rate_limited', 'token_expired'].includes(error.code);

export type Renewal = {
  /**
   * Asks for the subscriptions, two at a time, and waits until each is live; takes in those that come or change
   * meanwhile. Resolves to what went wrong first, if this connection will not do.
   */
  run: () => Promise<Result<object>>;
  /** Whether there is nothing left to ask for. */
  isDone: () => boolean;
};

/**
 * Brings subscriptions to another connection.
 *
 * @param wanted The subscriptions as of now; those that the server never confirmed are left to whoever asks for them.
 * @param position From where a subscription goes on.
 * @param refused The server will not have this one any more.
 */
export const renewal = ({
  session,
  wanted,
  position,
  refused,
}: {
  session: Pick<Session, 'subscribe' | 'caughtUp'>;
  wanted: () => Iterable<Held>;
  position: (held: Held) => Position;
  refused: (held: Held, error: ClientError) => void;
}): Renewal => {
  const renewed = new Map<string, number>();
  const underWay = new Set<string>();

  const next = (): Held | undefined => {
    for (const held of wanted())
      if (held.confirmed && !underWay.has(held.id) && renewed.get(held.id) !== held.version) return held;
    return undefined;
  };

  const renew = async (held: Held): Promise<Result<object>> => {
    const answer = await session.subscribe(requestFor(held, held.wish, position(held)));
    if (answer.ok) return session.caughtUp(held.id);
    if (!isFinal(answer.error)) return answer;
    refused(held, answer.error);
    return { ok: true };
  };

  const run = async (): Promise<Result<object>> => {
    const failures: (Result<object> & { ok: false })[] = [];
    const work = async (): Promise<void> => {
      for (let held = next(); held !== undefined && failures.length === 0; held = next()) {
        renewed.set(held.id, held.version);
        underWay.add(held.id);
        const done = await renew(held);
        underWay.delete(held.id);
        if (!done.ok) failures.push(done);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return failures[0] ?? { ok: true };
  };

  return { run, isDone: () => next() === undefined };
};
