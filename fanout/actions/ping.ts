import type { Held } from '../ports.ts';
import type { RequestOf } from '../protocol.ts';
import type { Answering } from './act.ts';
import { notices } from './notices.ts';

/** `ping` → `pong`, with what was sent and the server's time; notices first, as a ping is what every client sends. */
export const ping = ({ now }: { now: () => number }) =>
  async function* ({ connection }: Held, { action: _, ...sent }: RequestOf<'ping'>): Answering {
    yield* notices(connection, now());
    return { type: 'pong', ...sent, serverTime: now() };
  };
