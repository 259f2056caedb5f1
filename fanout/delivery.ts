import type { Measure, Metric } from './metrics.ts';
import type { Outcome } from './ports.ts';

/**
 * What became of readings, by pairs of reading and viewer. The sum is the number of connections that subscribed to them.
 * `folded`: it goes out as part of another; `filtered`: no `where` of the connection wants it; `busy`: it is sent later.
 */
export type Delivery = Record<Outcome | 'folded' | 'filtered' | 'notGranted' | 'tokenExpired', number>;

export const noDelivery: Delivery = {
  delivered: 0,
  gone: 0,
  busy: 0,
  refused: 0,
  folded: 0,
  filtered: 0,
  notGranted: 0,
  tokenExpired: 0,
};

const metricOf: Record<keyof Delivery, Metric> = {
  delivered: 'Delivered',
  gone: 'Gone',
  busy: 'Busy',
  refused: 'Refused',
  folded: 'Folded',
  filtered: 'Filtered',
  notGranted: 'NotGranted',
  tokenExpired: 'TokenExpired',
};

/** Counts a delivery, and all its pairs as `Matched`. */
export const measureDelivery = (measure: Measure, delivery: Delivery): void => {
  for (const [end, metric] of Object.entries(metricOf) as [keyof Delivery, Metric][])
    measure(metric, delivery[end]);
  measure(
    'Matched',
    Object.values(delivery).reduce((sum, pairs) => sum + pairs, 0),
  );
};
