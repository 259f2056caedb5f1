import { modelMs, type Counts } from './economyCounts.ts';

/** How many of `parts` equal parts are hit by `items` that fall anywhere. */
const partsHit = (parts: number, items: number): number => parts * (1 - (1 - 1 / parts) ** items);

/** ReceiveMessage and DeleteMessageBatch take ten messages at most (SQS quotas). */
export const perRequest = 10;

/** How many requests take about so many messages: all are full but the last, which holds any number up to ten. */
const requestsOf = (messages: number): number => Math.max(1, messages / perRequest + 0.45);

/**
 * What `queue` would use if AWS gathered its batches with several pollers at once, each with a part of the messages: more
 * invocations, more look-ups, emptier requests to SQS and, above all, more posts with fewer readings in each. The twin has one
 * poller; AWS begins with five. A poll of nothing is not added: the twin's meter has those of five.
 */
export const splitOver = (
  pollers: number,
  counts: Counts,
  { readings, delivered }: { readings: number; delivered: number },
): Counts => {
  const { lambdaRequests: batches, webSocketMessages: posts } = counts;
  const inBatch = readings / batches;
  const moreBatches = partsHit(pollers, inBatch);
  const morePosts = partsHit(pollers, delivered / posts);
  const [requests, messages] = [batches * moreBatches, posts * morePosts];
  const writes = counts.historyWrites + counts.latestWrites + counts.otherWrites;
  const moreRequests = moreBatches * requestsOf(inBatch / moreBatches) - requestsOf(inBatch);
  return {
    ...counts,
    sqsRequests: counts.sqsRequests + 2 * batches * moreRequests, // They receive, and they delete.
    lambdaRequests: requests,
    lambdaMs: modelMs({ requests, posts: messages, writes }),
    logBytes: counts.logBytes * moreBatches,
    readUnits: counts.readUnits * moreBatches,
    webSocketMessages: messages,
  };
};
