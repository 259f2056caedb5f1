import type { Subscription } from '../ports.ts';
import type { SensorUpdate } from '../protocol.ts';
import { replay } from '../replay.ts';
import { recordedSince, type HistoryPorts } from './recordedSince.ts';

/** Nobody reads longer than API Gateway waits for an answer (29 s), and nothing may run out of the history meanwhile. */
const invocationMs = 30_000;

/** Of several devices the oldest first, while those of one stay in the order of their recording. */
const merged = (byDevice: readonly (readonly SensorUpdate[])[]): SensorUpdate[] =>
  byDevice
    .flatMap((updates) => {
      let at = 0;
      return updates.map((update) => ({ update, at: (at = Math.max(at, update.receivedAt)) }));
    })
    .sort((a, b) => a.at - b.at)
    .map(({ update }) => update);

/**
 * The updates that a subscription would have had of everything recorded from `from` on (epoch ms). Undefined where that
 * cannot be told: it is no longer kept, or more than is replayed.
 */
export const catchUp =
  (ports: HistoryPorts) =>
  async (
    subscription: Subscription,
    { from, resuming }: { from: number; resuming: boolean },
  ): Promise<SensorUpdate[] | undefined> => {
    if (from < ports.now() - ports.readings.retentionMs + invocationMs) return undefined;
    const found = await recordedSince(ports)(subscription, { from, resuming });
    const sentAt = ports.now();
    return found && merged(found.map((recorded) => replay({ wish: subscription, recorded, sentAt })));
  };
