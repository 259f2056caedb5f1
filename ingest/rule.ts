import * as z from 'zod/mini';
import { telemetryTopicFilter } from './topic.ts';

/**
 * The IoT rule. Base64, so that the exact bytes reach our own code, malformed ones too: with `SELECT *` the rules
 * engine would drop what is not JSON, unseen.
 */
export const telemetryRuleSql =
  `SELECT encode(*, 'base64') AS payload, topic() AS topic, clientid() AS clientId, timestamp() AS receivedAt ` +
  `FROM '${telemetryTopicFilter}'`;

/** What the rule hands on. */
export const ruleEvent = z.object({
  payload: z.string(),
  topic: z.string(),
  clientId: z.string(),
  receivedAt: z.number(),
});
export type RuleEvent = z.infer<typeof ruleEvent>;

/**
 * IoT Core says when a client connects and disconnects.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
export const presenceRuleSql = `SELECT clientId, eventType, timestamp FROM '$aws/events/presence/+/+'`;

/** What the presence rule hands on; `timestamp` is epoch ms. */
export const presenceEvent = z.object({
  clientId: z.string(),
  eventType: z.enum(['connected', 'disconnected']),
  timestamp: z.number(),
});
export type PresenceEvent = z.infer<typeof presenceEvent>;
