import type { Update } from '../../fanout/client/clientTypes.ts';
import type { Told } from './events.ts';

/** Where a run is shown: the part of `process.stdout` that is needed. */
export type Output = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** False if it would rather have no more until `drain`. */
  write: (text: string) => boolean;
  on: (event: 'drain' | 'resize', listener: () => void) => unknown;
  off: (event: 'drain' | 'resize', listener: () => void) => unknown;
};

/** A way to show what comes. */
export type View = {
  told: (told: Told) => void;
  /** Resolves once it can take another. */
  update: (update: Update) => Promise<void>;
  /** Gives the terminal back as it was. Repeatable. */
  close: () => void;
};
