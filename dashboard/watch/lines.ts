import { jsonLine } from './printable.ts';
import type { Output, View } from './view.ts';

/** Waits until the reader of a pipe has caught up, so that what it cannot take does not pile up here. */
const drained = (out: Output, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      out.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    out.on('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });

/**
 * For a program: NDJSON. Each update is a line on `out`; everything else is a line `{"event":…}` on `err`, so that `out`
 * has updates only.
 */
export const linesView = (out: Output, err: Pick<Output, 'write'>, signal: AbortSignal): View => ({
  told: ({ name, event }) =>
    void err.write(jsonLine({ event: name, ...(typeof event === 'string' ? { state: event } : event) })),
  update: async ({ subscriptions: _, ...update }) => {
    if (!out.write(jsonLine(update))) await drained(out, signal);
  },
  close: () => undefined,
});
