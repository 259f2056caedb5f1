import type { Clock } from '../clock.ts';
import { type Progress, progressOf } from '../progress.ts';
import type { Transport } from '../transport.ts';
import { watchFleet } from '../watchFleet.ts';
import type { Pace } from './pace.ts';
import type { Recording, Skipped } from './recording.ts';
import { startReplay } from './startReplay.ts';

export type ReplayPorts = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly progressMs: number;
};

export type ReplaySettings = {
  /** For the message when it cannot be reached. */
  readonly broker: string;
  readonly pace: Pace;
  readonly isLooped: boolean;
  readonly isOriginalTime: boolean;
  readonly boot: number;
};

/** How it went. `isSlowed`: it was recorded faster than one connection may publish, and was played slower for that. */
export type Replayed = Progress & { readonly skipped: Skipped; readonly isSlowed: boolean };

/**
 * Plays a recording until it is over or the signal aborts, and tells how it went. Rejects with DevicesError
 * `broker_unreachable` when no device gets a connection within 5 s, and `bad_file` when the file can be read no further.
 */
export const replay = async (
  { clock, transport, signal, onProgress, progressMs }: ReplayPorts,
  recording: Recording,
  { broker, ...plan }: ReplaySettings,
): Promise<Replayed> => {
  if (signal.aborted) return { ...nothing, skipped: recording.skipped(), isSlowed: false };
  const fleet = startReplay({ clock, transport }, { ...plan, readings: recording.readings });
  const progress = await watchFleet({ clock, onProgress, progressMs, broker }, fleet, signal);
  return { ...progress, skipped: recording.skipped(), isSlowed: fleet.isSlowed() };
};

const fates = { acknowledged: 0, refused: 0, dropped: 0, unacknowledged: 0, forgotten: 0 };
const none = { devices: 0, connected: 0, unreached: 0, isRefused: false, published: 0, fates, missed: 0 };
/** What happened to a replay that was stopped before it began. */
const nothing = progressOf({ ...none, errors: {}, behaviours: {}, ack: [] }, 0, null);
