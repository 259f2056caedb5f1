import type { Connection } from '../../fanout/ports.ts';

/** Viewers who are there, rows of viewers who are not, and who speaks for how long. */
export type Storm = {
  readonly ingest: 'direct' | 'queue';
  /** Each says something once a second, one after the other. */
  readonly devices: number;
  readonly live: number;
  readonly dead: number;
  /** Until the environments that connected the viewers have ended, which takes the twin a minute of their idleness. */
  readonly restSeconds: number;
  readonly baselineSeconds: number;
  /** The storm lasts as long as dead rows do, but at least this long. */
  readonly leastSeconds: number;
};

/** 5,000 rows, 90 % dead. */
export const standardStorm: Storm = {
  ingest: 'direct',
  devices: 1,
  live: 500,
  dead: 4_500,
  restSeconds: 65,
  baselineSeconds: 40,
  leastSeconds: 40,
};
export const shortStorm: Storm = {
  ingest: 'direct',
  devices: 1,
  live: 50,
  dead: 1_500,
  restSeconds: 0,
  baselineSeconds: 5,
  leastSeconds: 5,
};

/** Dead rows must be gone so many seconds after the first reading that met them. */
export const longestSeconds = 60;
/** How often a dead connection may be posted to. */
export const allowedPosts = 2;
/** By how much the live viewers' p99 may grow. */
export const allowedRatio = 2;

export const region = 'eu-west';
/** The first reading of a new connection could meet a 410 of one about to open: these are older than that. */
const deadAgeMs = 60_000;

/** Begins the id of every dead connection, so that their rows are found among the others by a key condition. */
export const deadPrefix = 'dead';

/** A connection of that id, as if it had been opened a minute ago. */
export const deadConnection = (connectionId: string): Connection => ({
  connectionId,
  principal: connectionId,
  grants: ['*'],
  connectedAt: Date.now() - deadAgeMs,
  tokenExpiresAt: Date.now() + 60 * 60_000,
});

/** Well-formed ids that no connection has: 15 base64url characters and `=`. */
export const deadIds = ({ dead }: Storm): string[] =>
  Array.from({ length: dead }, (_, place) => `${deadPrefix}${String(place).padStart(11, '0')}=`);
