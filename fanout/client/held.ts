import type { RequestOf, SensorUpdate } from '../protocol.ts';
import { isAbout, type Target } from '../target.ts';
import { matches } from '../where.ts';
import type { SubscribeOptions, Wish } from './clientTypes.ts';
import { gate, type Gate } from './gate.ts';

/** A subscription as its owner wants it, whatever becomes of connections. */
export type Held = {
  readonly id: string;
  readonly to: Target;
  wish: Wish;
  /** What it is about to become, once the server says so. */
  next?: Wish;
  /** Grows with each change of the wish. */
  version: number;
  /** Whether the server ever confirmed it. */
  confirmed: boolean;
  /** Open while it misses nothing. */
  readonly live: Gate;
  /**
   * By the server's clock, epoch ms: everything sent before then was had; until it was live, when it took hold. Undefined
   * before the server confirmed it, unless its owner gave one.
   */
  since?: number;
  /** The connection on which that was heard. */
  previous?: string;
  /** What the next request says of a snapshot; until it was live once, since the one begun may be incomplete. */
  snapshot?: boolean;
  /** How many updates had been handed out when it was first live with this wish; from there on a hole is a gap. */
  wholeFrom?: number;
};

const wishOf = ({ where, maxRate }: Wish): Wish => ({
  ...(where === undefined ? {} : { where: [...where] }),
  ...(maxRate === undefined ? {} : { maxRate }),
});

export const newHeld = (id: string, to: Target, { since, snapshot, ...options }: SubscribeOptions): Held => ({
  id,
  to,
  wish: wishOf(options),
  version: 0,
  confirmed: false,
  live: gate(),
  ...(since === undefined ? {} : { since }),
  ...(snapshot === undefined ? {} : { snapshot }),
});

/**
 * The server said `subscribed`. Should the connection be lost before the subscription was ever live, it goes on from
 * `position`. Another wish takes the place of the old one; a hole is a gap only once it is live.
 */
export const confirm = (held: Held, position: { since: number; previous?: string | undefined }): void => {
  held.confirmed = true;
  if (held.since === undefined) {
    Object.assign(held, position);
    held.snapshot ??= true;
  }
  if (held.next === undefined) return;
  held.wish = wishOf(held.next);
  held.version++;
  delete held.next;
  delete held.wholeFrom;
};

/** From where a request goes on. */
export type Position = {
  since?: number | undefined;
  previous?: string | undefined;
  snapshot?: boolean | undefined;
};

/** The request that asks for it. `since` counts only where it is given. */
export const requestFor = ({ id, to }: Held, wish: Wish, from: Position): RequestOf<'subscribe'> => {
  const { where, maxRate } = wish;
  return {
    action: 'subscribe',
    id,
    to,
    ...(where === undefined ? {} : { where: [...where] }),
    ...(maxRate === undefined ? {} : { maxRate }),
    ...(from.since === undefined ? {} : { since: from.since }),
    ...(from.previous === undefined ? {} : { previous: from.previous }),
    ...(from.snapshot === undefined ? {} : { snapshot: from.snapshot }),
  };
};

/** Whether the server sends this update for this subscription. `changedBy` counts as true: the client cannot tell. */
export const covers = ({ to, wish }: Held, update: SensorUpdate): boolean =>
  isAbout(to, update) && matches(wish.where, update.data);

/** Whether every reading of its devices comes. */
export const isPlain = ({ wish }: Held): boolean => wish.where === undefined && wish.maxRate === undefined;
