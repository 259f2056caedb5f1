import { workTime } from '../clock.ts';
import type { ApiContext } from './apiContext.ts';
import type { Connection } from './connection.ts';
import { broken, gone, slow, tooLarge, type Answer } from './managementAnswer.ts';

/** Waits where the switch `connections.latency` says so. In wall time, as the caller's own time-out is. */
export const delayed = async ({ faults, clock }: ApiContext, caller: string): Promise<void> => {
  const latency = faults.hit('connections.latency', caller);
  if (latency === undefined) return;
  await new Promise<void>((resolve) => void clock.after(workTime(clock, latency.ms), resolve));
};

/** The answer of a call of `@connections` that a switch keeps from being done; undefined if none does. */
export const faultyAnswer = (
  { faults, clock }: ApiContext,
  method: string,
  caller: string,
  connection: Connection | undefined,
): Answer | undefined => {
  if (faults.hit('connections.throttle', caller)) return slow;
  if (faults.hit('connections.error', caller)) return broken;
  if (method !== 'POST') return undefined;
  if (faults.hit('connections.too-large', caller)) return tooLarge;
  if (connection === undefined) return undefined;
  const ageMs = clock.now() - connection.info.connectedAt;
  if (faults.hit('connections.gone-early', caller, ({ ms }) => ageMs < ms)) return gone;
  if (!faults.hit('connections.gone', caller)) return undefined;
  connection.terminate();
  return gone;
};
