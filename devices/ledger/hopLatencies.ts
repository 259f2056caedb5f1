import { latencyOf, type Latency } from './latency.ts';
import type { Index } from './checkIndex.ts';

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
      whole.push(at - begun);
      if (inTwin === undefined || sent === undefined) continue;
      posts.push(sent - inTwin);
      ends.push(at - sent);
    }
  return {
    'attempted → published': latencyOf(ingest),
    'published → posted': latencyOf(posts),
    'posted → applied': latencyOf(ends),
    'attempted → applied': latencyOf(whole),
  };
};
