import type { ServedConfig } from '../../config.ts';

/** A server on this machine that takes longer than this will not answer. */
const patienceMs = 10_000;

const fetchJson = async (path: string, init?: RequestInit): Promise<unknown> => {
  const response = await fetch(path, { ...init, signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return response.json();
};

/** What this page's own server says; both are of one build, so the type is taken on trust. */
export const loadConfig = async (): Promise<ServedConfig> =>
  (await fetchJson('/config.json')) as ServedConfig;

/** A fresh token of a local run. Rejects with a sentence for people. */
export const fetchDevelopmentToken = async ({ developmentToken }: ServedConfig): Promise<string> => {
  if (!developmentToken)
    throw new Error('this server signs none, and its config.json says nothing of signIn.');
  const headers = { 'content-type': 'application/json' };
  const answer = await fetchJson('/development-token', { method: 'POST', headers, body: '{}' });
  return (answer as { token: string }).token; // the same server's word, as above
};
