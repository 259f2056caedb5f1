import type { Update } from '../../../fanout/client/telemetryClient.ts';

/** Where the milliseconds of one reading went; undefined where that cannot be known. */
export type HopsOf = { device: number | undefined; filter: number | undefined; browser: number | undefined };

/**
 * @param arrivedAt by the server's clock. Of what was brought afterwards only the first hop says something: the others
 *   are how long it lay.
 */
export const latencyOf = (
  { ts, receivedAt, sentAt, source }: Pick<Update, 'ts' | 'receivedAt' | 'sentAt' | 'source'>,
  arrivedAt: number | undefined,
): HopsOf => {
  const isLive = source === 'live';
  return {
    // A device without a clock has its readings stamped when they are received.
    device: ts === receivedAt ? undefined : receivedAt - ts,
    filter: isLive ? sentAt - receivedAt : undefined,
    browser: isLive && arrivedAt !== undefined ? arrivedAt - sentAt : undefined,
  };
};
