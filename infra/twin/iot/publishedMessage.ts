import type { Buffer } from 'node:buffer';

/** A message that the broker has accepted but not yet acknowledged. */
export type PublishedMessage = {
  /** What rule SQL calls `topic()`: for Basic Ingest without the prefix. */
  topic: string;
  payload: Buffer;
  clientId: string;
  /** Epoch milliseconds on the clock given. */
  timestamp: number;
  /** The one rule that Basic Ingest names; undefined for a message to the broker's own topics. */
  rule: string | undefined;
};
