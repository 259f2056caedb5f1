import { badProperty, record } from '../property.ts';
import { queueArn, queueNameOf } from '../sqs/queueUrl.ts';
import type { Resource } from '../resource.ts';
import { readDocument } from './readDocument.ts';
import type { Statement } from './statement.ts';

/**
 * The statements of every `AWS::SQS::QueuePolicy`, by the ARN of the queue. Throws TwinError `bad_property` for what the
 * twin does not evaluate.
 */
export const readQueuePolicies = (
  resources: readonly Resource[],
  place: { region: string; account: string },
): ReadonlyMap<string, readonly Statement[]> => {
  const byQueue = new Map<string, readonly Statement[]>();
  for (const resource of resources.filter(({ type }) => type === 'AWS::SQS::QueuePolicy')) {
    const statements = readDocument(record(resource, 'PolicyDocument'), {
      kind: 'resource',
      place: resource.logicalId,
      bad: (what) => badProperty(resource, 'PolicyDocument', what),
    });
    for (const url of [resource.properties['Queues']].flat()) {
      if (typeof url !== 'string') throw badProperty(resource, 'Queues', 'must be a list of URLs');
      const arn = queueArn({ ...place, name: queueNameOf(url) });
      byQueue.set(arn, [...(byQueue.get(arn) ?? []), ...statements]);
    }
  }
  return byQueue;
};
