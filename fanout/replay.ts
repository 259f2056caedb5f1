import type { Fold } from './fold.ts';
import { step, type Pace } from './pace.ts';
import type { Recorded, Wish } from './ports.ts';
import type { SensorUpdate } from './protocol.ts';
import type { Reading } from './reading.ts';
import { updateOf } from './update.ts';
import { matches, usesLast } from './where.ts';
import { withoutRepeats } from './withoutRepeats.ts';

const paced = (wish: Wish, recorded: readonly Recorded[]): Fold[] => {
  const sent: Fold[] = [];
  let pace: Pace | undefined;
  for (const { reading, recordedAt } of recorded) {
    const next = step(pace, reading, [wish], recordedAt);
    if (next === undefined) continue;
    pace = next.pace;
    if (next.send !== undefined) sent.push(next.send);
  }
  return pace?.pending === undefined ? sent : [...sent, pace.pending];
};

/**
 * What one subscription would have had of one device: the same filter and the same folding, with the time of recording
 * for a clock. What is pending at the end comes last, at once. Readings come in the order given, each once.
 *
 * `changedBy` starts afresh: nobody remembers what a connection that is gone was sent last. So its first match comes.
 *
 * @param recorded In the order of recording, and only what the viewer may see.
 * @param sentAt Epoch ms by the server's clock.
 */
export const replay = ({
  wish,
  recorded,
  sentAt,
}: {
  wish: Wish;
  recorded: readonly Recorded[];
  sentAt: number;
}): SensorUpdate[] => {
  const once = withoutRepeats(recorded);
  const due: (Reading | Fold)[] =
    wish.maxRate === undefined && !usesLast(wish.where)
      ? once.map(({ reading }) => reading).filter(({ data }) => matches(wish.where, data))
      : paced(wish, once);
  return due.map((one) => updateOf(one, sentAt));
};
