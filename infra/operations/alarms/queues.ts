import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Watched } from '../watched.ts';
import type { Definition, Definitions } from './definition.ts';

const minute = Duration.minutes(1);

/** Nobody takes rejects out of their queue; so many in 14 days are worth a look. */
const manyRejects = 1_000;

/** Seconds. A message that fails comes again after a minute, four times: that long it may be there without anything being late. */
const lateInIngest = 120;
/** Seconds. What is to be sent later is there on purpose, for 100 at most where a `maxRate` is the least there is, and for two minutes where a viewer is busy. */
const lateInLater = 300;

/** A queue of which SQS says nothing was left alone for six hours: that is no proof that it is empty. */
const depth = (queue: IQueue): Pick<Definition, 'metric' | 'missing'> => ({
  metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: minute }),
  missing: TreatMissingData.IGNORE,
});

const age = (queue: IQueue): Pick<Definition, 'metric' | 'periods' | 'missing'> => ({
  metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: minute }),
  periods: [3, 3],
  missing: TreatMissingData.NOT_BREACHING,
});

/** What waits where it should not, or for too long. */
export const queueAlarms = ({ queues }: Watched): Definitions => ({
  FailuresWaiting: {
    says: 'Messages failed until their retries ran out: viewers have not had those readings.',
    ...depth(queues.failures),
    threshold: 1,
  },
  RejectsWaiting: {
    says: 'Many messages that were no readings are kept, and forgotten 14 days after they came.',
    ...depth(queues.rejects),
    threshold: manyRejects,
  },
  IngestLate: {
    says: 'Readings wait in the ingest queue for minutes: viewers see old values.',
    ...age(queues.ingest),
    threshold: lateInIngest,
  },
  LaterLate: {
    says: 'What was put off is not sent: viewers with a maxRate, and those that were busy, miss last values.',
    ...age(queues.later),
    threshold: lateInLater,
  },
});
