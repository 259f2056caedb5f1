import type { Grant } from './grants.ts';
import { limits } from './limits.ts';
import { bearerPrefix, subprotocol } from './protocol.ts';

/** What a verified token says. `expiresAt` is epoch ms. */
export type Identity = { principal: string; grants: Grant[]; expiresAt: number };

/** Verifies a token. Resolves to undefined for any token that is not good; throws when the issuer's keys are out of reach. */
export type VerifyToken = (token: string) => Promise<Identity | undefined>;

/** The parts of a WebSocket handshake that decide, header names in any case. */
export type Handshake = {
  header: (name: 'authorization' | 'origin' | 'sec-websocket-protocol' | 'x-api-key') => string | undefined;
};

export type Admission =
  | { admitted: true; identity: Identity }
  /** 401: come back with a (newer) token. 403: this token or this page will never do. */
  | { admitted: false; status: 401 | 403; reason: string };

/** The subprotocols a client offers, in its order (RFC 6455, 11.3.4). */
export const offeredSubprotocols = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((offered) => offered.trim())
    .filter((offered) => offered !== '');

/**
 * The token of a handshake: `Authorization: Bearer <jwt>` or, since browsers cannot set headers, the subprotocol
 * `bearer.<jwt>`. Never the URL, which is logged everywhere.
 */
const tokenIn = ({ header }: Handshake): string | undefined => {
  const [, fromHeader] = /^Bearer +(\S+)$/i.exec(header('authorization') ?? '') ?? [];
  const fromSubprotocol = offeredSubprotocols(header('sec-websocket-protocol')).find((offered) =>
    offered.startsWith(bearerPrefix),
  );
  return fromHeader ?? fromSubprotocol?.slice(bearerPrefix.length);
};

/** The subprotocol to select: ours if it is offered, none if none is. `unknown` if only others are. */
export const selectSubprotocol = (header: string | undefined): typeof subprotocol | 'none' | 'unknown' => {
  const offered = offeredSubprotocols(header).filter((name) => !name.startsWith(bearerPrefix));
  if (offered.includes(subprotocol)) return subprotocol;
  return offered.length === 0 ? 'none' : 'unknown';
};

/**
 * Whether to open a WebSocket. A page must come from one of `allowedOrigins`, compared exactly. Every browser sends
 * an Origin with a WebSocket handshake (RFC 6455, 4.1), so a handshake without one is not a page's.
 */
export const admit =
  ({ verify, allowedOrigins }: { verify: VerifyToken; allowedOrigins: readonly string[] }) =>
  async (handshake: Handshake): Promise<Admission> => {
    const origin = handshake.header('origin');
    if (origin !== undefined && !allowedOrigins.includes(origin))
      return { admitted: false, status: 403, reason: 'origin not allowed' };
    const token = tokenIn(handshake);
    if (token === undefined) return { admitted: false, status: 401, reason: 'no token' };
    const identity = await verify(token);
    if (identity === undefined) return { admitted: false, status: 401, reason: 'token not valid' };
    if (identity.grants.length === 0 || identity.grants.length > limits.grants)
      return { admitted: false, status: 403, reason: `1 to ${limits.grants} grants expected` };
    return { admitted: true, identity };
  };
