import * as z from 'zod/mini';
import { WatchError } from './watchError.ts';

/** Where to connect, and with what. */
export type Source = {
  readonly url: string;
  /** A fresh token. Rejects with a sentence for people. */
  readonly token: () => Promise<string>;
  /** Whether it is the same one every time. */
  readonly isFixed: boolean;
};

export type SourceOptions = {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** Address of the dashboard, which knows what is not given. */
  readonly dashboard: string;
};

/** A server on this machine that takes longer than this will not answer. */
const patienceMs = 5_000;

const served = z.object({ webSocketUrl: z.string(), developmentToken: z.boolean() });
const signed = z.object({ token: z.string() });

const fetchJson = async (url: URL, init: RequestInit = {}): Promise<unknown> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) }).catch(
    () => undefined,
  );
  return response?.ok === true ? response.json().catch(() => undefined) : undefined;
};

const unreachable = (dashboard: string): WatchError =>
  new WatchError(
    'unreachable',
    `No dashboard answers at ${dashboard}; run npm start, or give --url and --token.`,
  );

const developmentToken = async (dashboard: string): Promise<string> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetchJson(new URL('/development-token', dashboard), {
    method: 'POST',
    headers,
    body: '{}',
  });
  const parsed = signed.safeParse(answer);
  if (parsed.success) return parsed.data.token;
  throw new WatchError('unreachable', `the dashboard at ${dashboard} gives none now.`);
};

/**
 * What was given, and the dashboard's word for the rest: its own WebSocket API, and the tokens it signs for this machine.
 * Throws WatchError where it is needed and cannot be reached, or signs none.
 */
export const findSource = async ({ url, token, dashboard }: SourceOptions): Promise<Source> => {
  const given = token === undefined ? undefined : () => Promise.resolve(token);
  if (url !== undefined && given !== undefined) return { url, token: given, isFixed: true };
  const config = served.safeParse(await fetchJson(new URL('/config.json', dashboard)));
  if (!config.success) throw unreachable(dashboard);
  if (given === undefined && !config.data.developmentToken)
    throw new WatchError(
      'unreachable',
      `The dashboard at ${dashboard} signs no tokens; give one with --token.`,
    );
  return {
    url: url ?? config.data.webSocketUrl,
    token: given ?? (() => developmentToken(dashboard)),
    isFixed: given !== undefined,
  };
};
