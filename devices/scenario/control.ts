import { DevicesError } from '../devicesError.ts';

/** A twin's control server, as far as a scenario needs it. */
export type Control = {
  readonly url: string;
  /** Every kind of fault there is. */
  readonly faultKinds: () => Promise<readonly string[]>;
  /** How often each kind was injected so far. */
  readonly injected: () => Promise<Readonly<Record<string, number>>>;
  readonly setFault: (kind: string, setting: object) => Promise<void>;
  /** Switches one kind off, or all. */
  readonly clearFaults: (kind?: string) => Promise<void>;
  /** The stack's outputs; undefined while it does not answer. */
  readonly outputs: () => Promise<Readonly<Record<string, string>> | undefined>;
  /**
   * Calls `listener`, which must not throw, with each line of `/witness` from when this resolves on. Resolves to what ends
   * it; to undefined where there is no such thing.
   */
  readonly witness: (listener: (line: string) => void) => Promise<(() => void) | undefined>;
};

const answerMs = 10_000;

const unreachable = (url: string): DevicesError =>
  new DevicesError(
    'system_unreachable',
    `No control server answers at ${url}; is the twin running, and is that its control port?`,
  );

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // Any object has texts as keys.

/** Calls `listener` with each line of a body, until it ends. */
const readLines = async (
  body: AsyncIterable<Uint8Array>,
  listener: (line: string) => void,
): Promise<void> => {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') listener(line);
  }
};

export const controlAt = (url: string): Control => {
  const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(answerMs),
    }).catch(() => {
      throw unreachable(url);
    });
    const answer = asRecord(await response.json().catch(() => undefined));
    if (response.ok) return answer;
    const { message = response.statusText } = answer;
    throw new DevicesError('bad_file', `The twin refuses ${method} ${path}: ${String(message)}`);
  };
  const numbersIn = (value: unknown): Record<string, number> =>
    Object.fromEntries(Object.entries(asRecord(value)).map(([key, n]) => [key, Number(n)]));
  return {
    url,
    faultKinds: async () => Object.keys(asRecord((await ask('GET', '/faults'))['kinds'])),
    injected: async () => numbersIn((await ask('GET', '/faults'))['injected']),
    setFault: async (kind, setting) => {
      await ask('PUT', `/faults/${encodeURIComponent(kind)}`, setting);
    },
    clearFaults: async (kind) => {
      await ask('DELETE', kind === undefined ? '/faults' : `/faults/${encodeURIComponent(kind)}`);
    },
    outputs: async () => {
      const outputs = await ask('GET', '/outputs').catch(() => undefined);
      return (
        outputs && Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]))
      );
    },
    witness: async (listener) => {
      const stop = new AbortController();
      const response = await fetch(new URL('/witness', url), { signal: stop.signal }).catch(() => {
        throw unreachable(url);
      });
      if (!response.ok || response.body === null) return undefined;
      // Ends with the stop, or with the twin: then what is missing shows in the ledger.
      readLines(response.body, listener).catch(() => undefined);
      return () => stop.abort();
    },
  };
};
