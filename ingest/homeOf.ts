import * as z from 'zod/mini';
import { laterMessage } from '../fanout/laterMessage.ts';
import { ruleEvent, type RuleEvent } from './rule.ts';
import { isTelemetryTopic } from './topic.ts';

/** Where a message that failed belongs, and what it says there. */
export type Home = { readonly queue: 'ingest'; readonly event: RuleEvent } | { readonly queue: 'later' };

/**
 * What an on-failure destination gets from Lambda.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const destinationRecord = z.object({ requestContext: z.object({}), requestPayload: z.unknown() });

/**
 * What an error action gets from a rule that could not hand a message on.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
const errorAction = z.object({ topic: z.string(), clientId: z.string(), base64OriginalPayload: z.string() });

const telemetry = (value: unknown): Home | undefined => {
  const { data: event } = ruleEvent.safeParse(value);
  return event !== undefined && isTelemetryTopic(event.topic) ? { queue: 'ingest', event } : undefined;
};

/**
 * Where a message in the failures queue came from. Undefined for one that is not to be tried again: what a connection's
 * beginning or end was, the device's next one says anew.
 *
 * @param sentAt When the queue got it, epoch ms: the time of a reading of which nothing else tells it.
 */
export const homeOf = (message: unknown, sentAt: number): Home | undefined => {
  const record = destinationRecord.safeParse(message);
  if (record.success) return telemetry(record.data.requestPayload);
  const refused = errorAction.safeParse(message);
  if (refused.success) {
    const { topic, clientId, base64OriginalPayload: payload } = refused.data;
    return telemetry({ topic, clientId, payload, receivedAt: sentAt });
  }
  return laterMessage.safeParse(message).success ? { queue: 'later' } : telemetry(message);
};
