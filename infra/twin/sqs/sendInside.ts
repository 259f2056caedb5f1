import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import { stepsOf, type Meter } from '../meter.ts';
import { bytesOf, requestStep, type Draft } from './message.ts';
import type { Queue } from './queue.ts';
import { SqsError } from './sqsError.ts';

export type SendResult = { sent: true; messageId: string } | { sent: false; reason: string };

export type SendDependencies = {
  find: (urlOrArn: string) => Queue | undefined;
  clock: Clock;
  faults: Pick<Faults, 'hit'>;
  meter: Pick<Meter, 'add'>;
};

/**
 * Waits before the retries of a send that SQS answered 500, ms. AWS retries such errors too and does not say for how
 * long; here it is 6.3 s in all, since the PUBACK of the message behind it waits for them.
 */
const retryAfterMs: readonly number[] = [100, 200, 400, 800, 1_600, 3_200];

/**
 * How rules and destinations send: every message by a request of its own, as on AWS, but without network and signature.
 * Rejects with `NotKept`.
 */
export const sendInside =
  ({ find, clock, faults, meter }: SendDependencies) =>
  async (urlOrArn: string, draft: Draft): Promise<SendResult> => {
    const queue = find(urlOrArn);
    if (queue === undefined) return { sent: false, reason: `There is no queue ${urlOrArn}.` };
    const { name } = queue.settings;
    if (!(await getsThrough({ clock, faults }, name, retryAfterMs)))
      return { sent: false, reason: `Queue ${name} answered InternalError, on purpose, to every retry.` };
    meter.add('sqs.requests', name, stepsOf(bytesOf(draft), requestStep));
    try {
      return { sent: true, messageId: (await queue.send(draft)).id };
    } catch (error) {
      if (error instanceof SqsError) return { sent: false, reason: error.message };
      throw error;
    }
  };

const getsThrough = async (
  { clock, faults }: Pick<SendDependencies, 'clock' | 'faults'>,
  queueName: string,
  [pauseMs, ...pauses]: readonly number[],
): Promise<boolean> => {
  if (faults.hit('sqs.error', queueName) === undefined) return true;
  if (pauseMs === undefined) return false;
  await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  return getsThrough({ clock, faults }, queueName, pauses);
};
