import type { Act } from './actions/act.ts';
import { authenticate } from './actions/authenticate.ts';
import { explain } from './actions/explain.ts';
import { hello } from './actions/hello.ts';
import { history } from './actions/history.ts';
import { note } from './actions/note.ts';
import { ping } from './actions/ping.ts';
import { rateLimited, tokenExpired, unknownConnection } from './actions/refusals.ts';
import { subscribe } from './actions/subscribe.ts';
import { subscriptions } from './actions/subscriptions.ts';
import { unsubscribe } from './actions/unsubscribe.ts';
import type { VerifyToken } from './admission.ts';
import { parseRequest } from './parseRequest.ts';
import type {
  Connections,
  Debts,
  Devices,
  Held,
  Paces,
  Push,
  Readings,
  Send,
  Subscriptions,
} from './ports.ts';
import type { Action, Frame, Request } from './protocol.ts';
import { sendAll } from './sendAll.ts';

export type AnswerPorts = {
  connections: Connections;
  subscriptions: Subscriptions;
  devices: Devices;
  readings: Readings;
  paces: Paces;
  debts: Pick<Debts, 'since'>;
  push: Push;
  verify: VerifyToken;
  /** Epoch ms. */
  now: () => number;
  wait: (ms: number) => Promise<void>;
  /** For how long a filter may go on without a subscription that was made meanwhile. */
  subscriptionCacheMs: number;
};

const actsOn = (ports: AnswerPorts): { [A in Action]: Act<A> } => ({
  hello: hello(ports),
  subscribe: subscribe(ports),
  unsubscribe: unsubscribe(ports),
  subscriptions,
  history: history(ports),
  note: note(ports),
  explain: explain(ports),
  authenticate: authenticate(ports),
  ping: ping(ports),
});

/** What a connection may still say when its token has expired: nothing that shows a reading. */
const withoutToken: readonly Action[] = ['hello', 'ping', 'unsubscribe', 'subscriptions', 'authenticate'];

/**
 * Answers one message of one connection. Whatever the text is, the answer is a frame; most are of one, some of several:
 * all but the last go through `send`, in order, the last one is the result. Undefined if `send` said halfway that the
 * connection is gone. Throws only when a store is down, the issuer's keys are out of reach, or the edge takes no frame:
 * then no answer says that something is complete which is not.
 *
 * Every message takes a token from the connection's bucket, also one that cannot be read.
 */
export const answer = (ports: AnswerPorts) => {
  const { connections, now } = ports;
  const acts = actsOn(ports);

  const carryOut = (held: Held, request: Request, send: Send): Promise<Frame | undefined> => {
    const needsToken = !withoutToken.includes(request.action);
    const refusal = () =>
      needsToken && held.connection.tokenExpiresAt <= now() ? tokenExpired(request.id) : undefined;
    const refused = refusal();
    if (refused !== undefined) return Promise.resolve(refused);
    const act = acts[request.action] as Act<Action>; // Each takes its own kind, and is found by it.
    return sendAll(ports)(act(held, request), send, refusal);
  };

  return async (connectionId: string, text: string, send: Send): Promise<Frame | undefined> => {
    const admitted = await connections.admit(connectionId, now());
    const parsed = parseRequest(text);
    const id = parsed.ok ? parsed.request.id : parsed.error.id;
    if (admitted.outcome === 'unknown') return unknownConnection(id);
    if (admitted.outcome === 'limited') return rateLimited(id, admitted.retryAfterMs);
    return parsed.ok ? carryOut(admitted.held, parsed.request, send) : parsed.error;
  };
};
