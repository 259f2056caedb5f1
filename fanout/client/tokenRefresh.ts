import { waitBefore } from './backOff.ts';
import { failed, type ClientError, type Result } from './clientError.ts';
import { after, alarm, type ClientClock } from './clock.ts';

export type TokenRefresh = {
  /** Plans the next refresh for a token that expires then; epoch ms by this client's clock. */
  plan: (expiresAt: number) => void;
  /** Refreshes at once, or joins the refresh under way. Whether the server took a token. */
  now: () => Promise<boolean>;
  stop: () => void;
};

const leastAheadMs = 30_000;
/** A `token` function that gives the same old token again must not be asked all the time. */
const leastBetweenMs = 5_000;

/** When to refresh: after 80 % of the rest, and 30 s before the end at the latest. Epoch ms. */
export const refreshAt = (now: number, expiresAt: number): number => {
  const rest = expiresAt - now;
  return now + Math.max(leastBetweenMs, Math.min(rest * 0.8, rest - leastAheadMs));
};

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * Gives an open connection a newer token before the old one ends. What fails is told and tried again, ever more
 * seldom, for as long as the connection lasts.
 *
 * @param authenticate Resolves to when the new token expires, by this client's clock.
 */
export const tokenRefresh = ({
  clock,
  token,
  authenticate,
  failed: tell,
}: {
  clock: ClientClock;
  token: () => Promise<string>;
  authenticate: (token: string) => Promise<Result<{ expiresAt: number }>>;
  failed: (error: ClientError) => void;
}): TokenRefresh => {
  let cancel = (): void => undefined;
  let underWay: Promise<boolean> | undefined;
  let failures = 0;
  let stopped = false;

  const ask = async (): Promise<Result<{ expiresAt: number }>> => {
    try {
      return await authenticate(await token());
    } catch (thrown) {
      return failed('token_failed', `There is no newer token: ${messageOf(thrown)}`);
    }
  };

  const refresh = async (): Promise<boolean> => {
    cancel();
    const answer = await ask();
    underWay = undefined;
    if (stopped) return false;
    if (answer.ok) {
      failures = 0;
      plan(answer.expiresAt);
      return true;
    }
    tell(answer.error);
    cancel = after(clock, leastBetweenMs + waitBefore(++failures, Math.random()), () => void now());
    return false;
  };

  const now = (): Promise<boolean> => (stopped ? Promise.resolve(false) : (underWay ??= refresh()));

  const plan = (expiresAt: number): void => {
    cancel();
    if (!stopped) cancel = alarm(clock, refreshAt(clock.now(), expiresAt), () => void now());
  };

  return {
    plan,
    now,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
};
