import type { Outcome } from '../ports.ts';
import type { Request } from './api/exchange.ts';
import { outcomeOf } from './pushOutcome.ts';
import { escapeUri, signer, type Credentials } from './signer.ts';

export type EdgeOptions = {
  /** The WebSocket API's callback URL, stage included. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Credentials;
  /** Epoch ms. */
  readonly now?: () => number;
  /** Sockets at most; further requests wait for one. */
  readonly connections?: number;
};

/** Signed requests to API Gateway's `@connections`, about one connection each, and what their answers say. */
export const connectionRequests = ({ endpoint, region, credentials, now = Date.now }: EdgeOptions) => {
  const { origin, host, pathname } = new URL(endpoint);
  const base = `${pathname.replace(/\/$/, '')}/@connections/`;
  const sign = signer({ service: 'execute-api', region, credentials, now });

  return {
    origin,

    request: (method: 'POST' | 'GET' | 'DELETE', connectionId: string, text = ''): Request => {
      const path = base + escapeUri(connectionId);
      const body = Buffer.from(text);
      // As the SDK has it; the viewer gets a text frame all the same.
      const headers = sign({ method, host, path, contentType: 'application/octet-stream', body });
      return { method, path, headers, body };
    },

    /** What the status of an answer, undefined if none came, says of a request. Throws for what is no outcome of one. */
    outcome: (status: number | undefined): Outcome => {
      if (status === undefined) return 'busy';
      const outcome = outcomeOf(status);
      if (outcome === undefined)
        throw new Error(
          `${origin}${base} answered with ${status}. Set CALLBACK_URL to the WebSocket API's own address, its stage included.`,
        );
      return outcome;
    },
  };
};
