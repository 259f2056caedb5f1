import type { Witness } from '../../infra/twin/witness.ts';
import { readingsInFrame } from './readingsInFrame.ts';

/** The posts that one reading led to at dead connections. Epoch ms. */
export type Wave = { readonly posts: number; readonly from: number; readonly to: number };

/** Notes every post to one of these connections. */
export const watchPosts = (dead: ReadonlySet<string>) => {
  const times = new Map<string, number>();
  const bySeq = new Map<number, Wave>();
  const witness: Witness = (sighting) => {
    if (sighting.hop !== 'posted' || !dead.has(sighting.connectionId)) return;
    const { at, connectionId, frame } = sighting;
    times.set(connectionId, (times.get(connectionId) ?? 0) + 1);
    const seq = readingsInFrame(frame)[0]?.seq ?? -1;
    const noted = bySeq.get(seq) ?? { posts: 0, from: at, to: at };
    bySeq.set(seq, { posts: noted.posts + 1, from: noted.from, to: at });
  };
  return {
    witness,
    /** How many were posted to at all, and how often the one that was posted to most. */
    read: () => ({ posted: times.size, mostPosts: Math.max(0, ...times.values()) }),
    /** By the reading's number; undefined where it led to none. */
    waveOf: (seq: number): Wave | undefined => bySeq.get(seq),
  };
};
