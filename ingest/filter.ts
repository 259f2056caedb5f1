import type { Delivery } from '../fanout/deliver.ts';
import type { Reading } from '../fanout/reading.ts';
import { parseReading } from './parseReading.ts';
import type { Rejects } from './ports.ts';
import type { RejectReason } from './rejectReasons.ts';
import type { RuleEvent } from './rule.ts';

export type FilterPorts = {
  rejects: Rejects;
  record: (reading: Reading, how: { own: boolean }) => Promise<void>;
  deliver: (reading: Reading) => Promise<Delivery>;
};

/** What became of one message. */
export type Filtered = { accepted: true; delivery: Delivery } | { accepted: false; reason: RejectReason };

/**
 * Takes one message from the rule: a reading is recorded and goes to the viewers who asked for it, anything else to the
 * rejects with its reason. Throws only when a store, the rejects or the push is down; the caller then tries the message again.
 */
export const filter =
  ({ rejects, record, deliver }: FilterPorts) =>
  async (event: RuleEvent): Promise<Filtered> => {
    const parsed = parseReading({ ...event, payload: Buffer.from(event.payload, 'base64') });
    if (parsed.ok) {
      // A thing's own connection has the thing's name for its client id; a gateway's has not.
      await record(parsed.reading, { own: event.clientId === parsed.reading.deviceId });
      return { accepted: true, delivery: await deliver(parsed.reading) };
    }
    await rejects.keep({ ...event, reason: parsed.reason });
    return { accepted: false, reason: parsed.reason };
  };
