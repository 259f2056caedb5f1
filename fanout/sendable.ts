import type { Fold } from './fold.ts';
import type { Piece } from './updateFrames.ts';

/** Something to be sent to one connection. */
export type Sendable = {
  readonly piece: Piece;
  readonly fold: Fold;
  /** If it cannot be sent it waits for its pace, with what comes meanwhile. */
  readonly isPaced: boolean;
};
