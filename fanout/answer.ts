import { hello } from './actions/hello.ts';
import { subscribe } from './actions/subscribe.ts';
import { listSubscriptions } from './actions/subscriptions.ts';
import { unsubscribe } from './actions/unsubscribe.ts';
import { parseRequest } from './parseRequest.ts';
import type { Connections, Subscriptions } from './ports.ts';
import type { Frame } from './protocol.ts';

export type AnswerPorts = {
  connections: Connections;
  subscriptions: Subscriptions;
  /** Epoch ms. */
  now: () => number;
};

/**
 * Answers one message of one connection with one frame. Whatever the text is, the answer is a frame; it throws only
 * when a store is down.
 */
export const answer =
  (ports: AnswerPorts) =>
  async (connectionId: string, text: string): Promise<Frame> => {
    const parsed = parseRequest(text);
    if (!parsed.ok) return parsed.error;
    const { request } = parsed;
    switch (request.action) {
      case 'hello':
        return hello(ports)(connectionId, request.id);
      case 'subscribe':
        return subscribe(ports)(connectionId, request);
      case 'unsubscribe':
        return unsubscribe(ports)(connectionId, request.id);
      case 'subscriptions':
        return listSubscriptions(ports)(connectionId, request.id);
      case 'ping': {
        const { action: _, ...echo } = request;
        return { type: 'pong', ...echo, serverTime: ports.now() };
      }
    }
  };
