import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { pushUntil } from '../../fanout/aws/deadline.ts';
import { handlerMetrics, published } from '../../fanout/aws/metrics.ts';
import { filterFromEnvironment } from '../aws/filterFromEnvironment.ts';
import { ruleEvent, type RuleEvent } from '../rule.ts';

const logger = new Logger({ serviceName: 'queue' });
const metrics = handlerMetrics('queue');
const take = filterFromEnvironment(metrics.measure);

/** What a message holds; undefined if it is not what the rule writes. */
const eventIn = (body: string): RuleEvent | undefined => {
  try {
    return ruleEvent.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

/**
 * `queue`: everything the rule has put into the queue within a second or so, and in either mode what is redriven. A message
 * that fails comes again after the queue's visibility time-out, by itself, and after five times goes to the failures.
 */
export const handler = published(
  metrics,
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const messages = Records.map(({ messageId, body }) => ({ messageId, event: eventIn(body) }));
    const readable = messages.flatMap(({ messageId, event }) =>
      event === undefined ? [] : [{ messageId, event }],
    );
    const failed = await take(
      readable.map(({ event }) => event),
      pushUntil(context),
    );
    if (readable.length < messages.length)
      logger.error('messages that are none of the rule’s are tried again, and then go to the failures', {
        messages: messages.length - readable.length,
      });
    for (const error of new Set(failed.values()))
      logger.error('messages failed and are tried again', { error, messages: failed.size });
    const done = new Set(readable.filter((_, place) => !failed.has(place)).map(({ messageId }) => messageId));
    logger.debug('messages taken', { messages: done.size });
    return {
      batchItemFailures: messages
        .filter(({ messageId }) => !done.has(messageId))
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  },
);
