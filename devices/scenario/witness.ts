import { Buffer } from 'node:buffer';
import type { Book } from '../ledger/book.ts';
import type { Name } from '../ledger/entries.ts';
import { seenIn } from '../ledger/frames.ts';
import { seenInMessage } from '../ledger/stamp.ts';

/** What a twin's `/witness` says, as far as the ledger needs it. */
type Sighting =
  | { readonly hop: 'published'; readonly at: number; readonly topic: string; readonly payload: string }
  | {
      readonly hop: 'posted';
      readonly at: number;
      readonly connectionId: string;
      readonly status: number;
      readonly frame: string;
    }
  | { readonly hop: 'unrouted' };

/** Writes down what a line of `/witness` says of readings that are ours. */
export const writeSighting = (
  book: Pick<Book, 'write'>,
  isOurs: (name: Name) => boolean,
  line: string,
): void => {
  const sighting = JSON.parse(line) as Sighting; // The twin's own.
  if (sighting.hop === 'published') {
    const { at, topic, payload } = sighting;
    const seen = seenInMessage(topic, Buffer.from(payload, 'base64').toString());
    if (seen !== undefined && isOurs(seen)) book.write('published', { at, ...seen });
  }
  // A frame over 128 KB is not read by the twin, and so not shown.
  if (sighting.hop === 'posted' && sighting.frame !== '') {
    const { at, connectionId, status, frame } = sighting;
    for (const seen of seenIn(frame).readings)
      if (isOurs(seen)) book.write('posted', { at, ...seen, connectionId, status });
  }
};
