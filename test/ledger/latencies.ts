import type { Index } from './checkIndex.ts';
import type { Latency } from './verdict.ts';

/** The part of the sorted values below which so much of them lies. */
const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

export const latencyOf = (values: readonly number[]): Latency => {
  const sorted = [...values].sort((a, b) => a - b);
  return { n: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
};

/** How long each hop took, first time to first time; for viewers, of what came as it was published. */
export const latenciesIn = ({ attempted, published, viewers }: Index): Record<string, Latency> => {
  const ingest = [...attempted].flatMap(([key, { at }]) => {
    const then = published.get(key);
    return then === undefined ? [] : [then - at];
  });
  const posts: number[] = [];
  const ends: number[] = [];
  const whole: number[] = [];
  for (const { posted, appliedFirst } of viewers)
    for (const [key, { at, source, late }] of appliedFirst) {
      const [begun, inTwin, sent] = [attempted.get(key)?.at, published.get(key), posted.get(key)];
      if (source !== 'live' || late === true || begun === undefined) continue;
      if (inTwin === undefined || sent === undefined) continue;
      posts.push(sent - inTwin);
      ends.push(at - sent);
      whole.push(at - begun);
    }
  return {
    'attempted → published': latencyOf(ingest),
    'published → posted': latencyOf(posts),
    'posted → applied': latencyOf(ends),
    'attempted → applied': latencyOf(whole),
  };
};
