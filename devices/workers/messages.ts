import type { ResolvedSettings } from '../settings.ts';
import type { FleetPlan } from '../startFleet.ts';
import type { Counts } from '../tally.ts';

/** What the main process tells a worker. */
export type Order =
  | {
      readonly kind: 'prepare';
      readonly settings: ResolvedSettings;
      readonly part: NonNullable<FleetPlan['part']>;
    }
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' };

/** What a worker tells the main process. */
export type Report =
  /** All is loaded, so that `start` can be the same moment for all. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'counts'; readonly counts: Counts; readonly eventLoopMs: number }
  | { readonly kind: 'connected' }
  | { readonly kind: 'over' }
  /** The last counts; the worker ends. */
  | { readonly kind: 'stopped'; readonly counts: Counts; readonly eventLoopMs: number }
  /** The settings cannot be used: a DevicesError. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
