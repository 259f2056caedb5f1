import pLimit from 'p-limit';
import { measureDelivery, type Delivery } from '../fanout/delivery.ts';
import type { Measure } from '../fanout/metrics.ts';
import { nameOf } from '../fanout/newest.ts';
import type { Reading } from '../fanout/reading.ts';
import type { Said } from '../fanout/record.ts';
import { parseReading } from './parseReading.ts';
import type { Rejects } from './ports.ts';
import type { RuleEvent } from './rule.ts';

export type FilterPorts = {
  rejects: Rejects;
  record: (said: readonly Said[]) => Promise<void>;
  deliver: (readings: readonly Reading[], until: number) => Promise<Delivery>;
  measure: Measure;
  /** Epoch ms. */
  now: () => number;
};

/** Which messages are to be tried again, by their place in the batch, and why. */
export type Failed = ReadonlyMap<number, unknown>;

/** Readings recorded at once: one write of a batch, and so few that it takes well under a second, see `record`. */
const recordedAtOnce = 25;
/** What is left of an invocation for delivering, ms; what is not recorded by then is tried again. */
const deliveringMs = 4_000;
/** Rejects kept at once. */
const concurrency = 16;

/** A reading, and the place of its message in the batch. */
type Accepted = Said & { readonly place: number };

/**
 * Takes messages from the rule: readings are recorded and go to the viewers who asked for them, anything else to the rejects
 * with its reason. One message never costs another: those on which a store, the rejects or the push failed are returned, for
 * the caller to have them tried again.
 */
export const filter =
  ({ rejects, record, deliver, measure, now }: FilterPorts) =>
  async (events: readonly RuleEvent[], until: number): Promise<Failed> => {
    const failed = new Map<number, unknown>();
    const accepted: Accepted[] = [];

    const accept = async (event: RuleEvent, place: number): Promise<void> => {
      const parsed = parseReading({ ...event, payload: Buffer.from(event.payload, 'base64') });
      if (parsed.ok) {
        // A thing's own connection has the thing's name for its client id; a gateway's has not.
        accepted.push({ place, reading: parsed.reading, own: event.clientId === parsed.reading.deviceId });
        return;
      }
      await rejects.keep({ ...event, reason: parsed.reason });
      measure('MessagesRejected', 1, parsed.reason);
    };
    const fail = (places: readonly number[], error: unknown): void =>
      places.forEach((place) => failed.set(place, error));

    const limit = pLimit(concurrency);
    await Promise.all(
      events.map((event, place) =>
        limit(() => accept(event, place)).catch((error: unknown) => fail([place], error)),
      ),
    );
    if (accepted.length === 0) return failed;
    const begun = now();
    const oldest = Math.min(begun, ...accepted.map(({ reading }) => reading.receivedAt));
    measure('IngestMs', begun - oldest);

    const recorded: Accepted[] = [];
    for (let from = 0; from < accepted.length; from += recordedAtOnce) {
      const some = accepted.slice(from, from + recordedAtOnce);
      if (now() > until - deliveringMs) {
        fail(
          some.map(({ place }) => place),
          new Error('The batch is too large for the time that was left.'),
        );
        continue;
      }
      try {
        await record(some);
        recorded.push(...some);
      } catch (error) {
        fail(
          some.map(({ place }) => place),
          error,
        );
      }
    }
    measure('ReadingsAccepted', recorded.length);
    const recordedAt = now();
    measure('RecordMs', recordedAt - begun);
    if (recorded.length === 0) return failed;

    try {
      measureDelivery(
        measure,
        await deliver(
          [...new Map(recorded.map(({ reading }) => [nameOf(reading), reading])).values()], // Some came twice.
          until,
        ),
      );
    } catch (error) {
      fail(
        recorded.map(({ place }) => place),
        error,
      );
    }
    measure('DeliverMs', now() - recordedAt);
    return failed;
  };
