/** What somebody can see of the devices of a watch. */
export type Sight =
  /** The tab is in the background. */
  | 'hidden'
  /** None of its devices is on the screen. */
  | 'off-screen'
  | 'on-screen';

/** Updates per second and device. Enough to come back to a page that is current. */
const mostRates: Readonly<Record<Exclude<Sight, 'on-screen'>, number>> = { hidden: 0.1, 'off-screen': 0.5 };
/** A tile draws no faster: see fleet/drawing.ts. */
const tileRate = 4;

/**
 * At which `maxRate` a watch is to be asked for, by what can be seen of it: undefined for every reading. On the screen
 * there is a limit only where devices speak faster than a tile draws. Never more than was wished for.
 *
 * @param perDevice readings per second and device, as far as is known.
 */
export const attentiveRate = (
  sight: Sight,
  perDevice: number,
  wished: number | undefined,
): number | undefined => {
  const most = sight === 'on-screen' ? (perDevice > tileRate ? tileRate : undefined) : mostRates[sight];
  return most === undefined || wished === undefined ? (most ?? wished) : Math.min(most, wished);
};
