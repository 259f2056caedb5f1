import type { Clock } from '../clock.ts';
import { stepsOf, type Meter } from '../meter.ts';
import { bytesOf, requestStep, type Draft } from '../sqs/message.ts';

/** Counts the requests by which Lambda's pollers would read a queue; they are billed to the queue's owner. */
export type PollMeter = {
  /** A batch that was received. */
  received: (messages: readonly Draft[]) => void;
  /** So many messages that were deleted. */
  deleted: (messages: number) => void;
  close: () => void;
};

/** ReceiveMessage and DeleteMessageBatch take ten messages at most (SQS quotas). */
const perRequest = 10;

/**
 * Lambda begins with five long polls at once ("AWS Lambda adds Amazon SQS to supported event sources", AWS News Blog),
 * of 20 s each, and goes back to five, or to two where it sees fit, on a quiet queue (Lambda guide, "Configuring
 * scaling behavior for SQS event source mappings").
 */
const [pollers, pollMs] = [5, 20_000];

/**
 * An assumption, since AWS does not say how full its receives are: as full as can be, and besides one empty long poll
 * of each poller every 20 s, busy or not. A real bill is higher where messages trickle in and a poll returns with few.
 */
export const createPollMeter = ({ add }: Pick<Meter, 'add'>, clock: Clock, queue: string): PollMeter => {
  const requests = (count: number): void => add('sqs.requests', queue, count);
  let cancel = (): void => undefined;
  const poll = (): void => {
    requests(1);
    cancel = clock.after(pollMs / pollers, poll);
  };
  cancel = clock.after(pollMs / pollers, poll);
  return {
    received: (messages) => {
      for (let n = 0; n < messages.length; n += perRequest) {
        const bytes = messages.slice(n, n + perRequest).reduce((sum, message) => sum + bytesOf(message), 0);
        requests(stepsOf(bytes, requestStep));
      }
    },
    deleted: (messages) => {
      if (messages > 0) requests(Math.ceil(messages / perRequest));
    },
    close: () => cancel(),
  };
};
