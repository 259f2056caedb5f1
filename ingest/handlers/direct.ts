import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { pushUntil } from '../../fanout/aws/deadline.ts';
import { handlerMetrics, published } from '../../fanout/aws/metrics.ts';
import { filterFromEnvironment } from '../aws/filterFromEnvironment.ts';
import { ruleEvent } from '../rule.ts';

const logger = new Logger({ serviceName: 'direct' });
const metrics = handlerMetrics('direct');
const take = filterFromEnvironment(metrics.measure);

/** `direct`: the rule invokes this once per message. Returning is the acknowledgement; a throw means: again. */
export const handler = published(metrics, async (event: unknown, context: Context): Promise<void> => {
  const message = ruleEvent.parse(event);
  const failed = await take([message], pushUntil(context));
  if (failed.size > 0) throw failed.get(0);
  logger.debug('message taken', { topic: message.topic });
});
