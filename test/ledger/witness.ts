import type { Witness } from '../../infra/twin/witness.ts';
import type { Book } from '../../devices/ledger/book.ts';
import type { Congestion } from './congestion.ts';
import { seenIn } from '../../devices/ledger/frames.ts';
import { seenInMessage } from '../../devices/ledger/stamp.ts';

/** Writes down what passes through the twin. Told before the twin acknowledges, so that it is written by then. */
export const witnessTo =
  (book: Book, congestion: Congestion): Witness =>
  (sighting) => {
    const { at } = sighting;
    if (sighting.hop === 'published') {
      const seen = seenInMessage(sighting.topic, sighting.payload.toString());
      if (seen === undefined) return;
      book.write('published', { at, ...seen });
      congestion.published(seen);
    }
    // One over 128 KB is not read, and so not shown.
    if (sighting.hop === 'posted' && sighting.frame !== '') {
      const { connectionId, status, frame } = sighting;
      for (const seen of seenIn(frame).readings) {
        book.write('posted', { at, ...seen, connectionId, status });
        if (status === 200) congestion.posted(seen);
      }
    }
  };
