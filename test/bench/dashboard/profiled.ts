import type { CDPSession } from 'playwright-core';

export type Hot = { readonly name: string; readonly share: number };

/** The functions in which a page's thread spent its time while `during` ran, by their own time; shares are of all time. */
export const profiled = async (cdp: CDPSession, during: () => Promise<unknown>): Promise<Hot[]> => {
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: 500 });
  await cdp.send('Profiler.start');
  await during();
  const { profile } = await cdp.send('Profiler.stop');
  const names = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber, columnNumber } }) => {
      const file = url.replace(/^.*\//, '');
      return [
        id,
        `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}:${columnNumber + 1}`}`,
      ];
    }),
  );
  const own = new Map<string, number>();
  const deltas = profile.timeDeltas ?? [];
  profile.samples?.forEach((id, n) => {
    const name = names.get(id) ?? '';
    own.set(name, (own.get(name) ?? 0) + (deltas[n + 1] ?? 0));
  });
  const whole = profile.endTime - profile.startTime;
  return [...own]
    .map(([name, us]) => ({ name, share: us / whole }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 20);
};
