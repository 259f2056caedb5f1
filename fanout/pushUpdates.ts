import type { Measure } from './metrics.ts';
import { pushMs, type Outcome, type Push } from './ports.ts';
import { updateFrames, type Piece } from './updateFrames.ts';

export type PushUpdatesPorts = {
  push: Push;
  measure: Measure;
  /** Epoch ms. */
  now: () => number;
};

/** What came of some of the updates. `isAsked`: whether the edge was asked, or there was no time for it. */
export type Pushed<T> = { readonly outcome: Outcome; readonly isAsked: boolean; readonly due: readonly T[] };

/**
 * Pushes what one connection is due, in order, in as few frames as it takes, and says of each what came of it. After a frame
 * for which the edge is too busy, or the connection gone, no other is tried. No push begins that might not end by `until`
 * (epoch ms): for what is left then, the answer is `busy`.
 */
export const pushUpdates =
  ({ push, measure, now }: PushUpdatesPorts) =>
  async <T extends { readonly piece: Piece }>(
    connectionId: string,
    due: readonly T[],
    until: number,
  ): Promise<Pushed<T>[]> => {
    const ends: Pushed<T>[] = [];
    let isAsked = true;
    let stopped: 'busy' | 'gone' | undefined;
    for (const frame of updateFrames(due)) {
      if (stopped === undefined && now() + pushMs > until) {
        stopped = 'busy';
        measure('OutOfTime', 1);
        isAsked = false;
      }
      const outcome = stopped ?? (await push(connectionId, frame.text));
      if (outcome === 'delivered') measure('Posts', 1);
      if (outcome === 'busy' || outcome === 'gone') stopped = outcome;
      ends.push({ outcome, isAsked, due: frame.due });
    }
    return ends;
  };
