import { Buffer } from 'node:buffer';
import type { Book } from '../ledger/book.ts';
import type { Name } from '../ledger/entries.ts';
import { seenIn } from '../ledger/frames.ts';
import { seenInMessage } from '../ledger/stamp.ts';
import type { Control } from './control.ts';

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
const writeSighting = (book: Pick<Book, 'write'>, isOurs: (name: Name) => boolean, line: string): void => {
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

/** A twin's witness, from now on. */
export type Following = {
  /** Whether the system has one. */
  readonly isThere: boolean;
  /** Writes down what it says of readings that are ours, from the beginning. */
  readonly writeTo: (book: Pick<Book, 'write'>, isOurs: (name: Name) => boolean) => void;
  /** Throws what went wrong with writing: a ledger without it would tell of losses that were none. */
  readonly check: () => void;
  readonly stop: () => void;
};

/** Listens to a twin's witness; what it says before there is a book is kept until there is one. */
export const followWitness = async (control: Control | undefined): Promise<Following> => {
  const early: string[] = [];
  const troubles: unknown[] = [];
  let take = (line: string): void => void early.push(line);
  const end = await control?.witness((line) => take(line));
  return {
    isThere: end !== undefined,
    writeTo: (book, isOurs) => {
      take = (line) => {
        try {
          writeSighting(book, isOurs, line);
        } catch (error) {
          troubles.push(error);
        }
      };
      early.splice(0).forEach(take);
    },
    check: () => {
      if (troubles.length > 0) throw troubles[0];
    },
    stop: () => {
      end?.();
      take = () => undefined;
    },
  };
};
