import type { RunResult } from './invocation.ts';

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

export type Finished = {
  requestId: string;
  functionArn: string;
  condition: Condition;
  /** How often the function ran for this event. */
  attempts: number;
  event: unknown;
  /** What the last run came to; undefined when it never ran. */
  last: RunResult | undefined;
  /** Epoch milliseconds. */
  at: number;
};

/** The record that a destination receives (Lambda guide, "Retaining records of asynchronous invocations"). */
export const destinationRecord = (finished: Finished): unknown => ({
  version: '1.0',
  timestamp: new Date(finished.at).toISOString(),
  requestContext: {
    requestId: finished.requestId,
    functionArn: `${finished.functionArn}:$LATEST`,
    condition: finished.condition,
    approximateInvokeCount: finished.attempts,
  },
  requestPayload: finished.event,
  ...(finished.last === undefined ? {} : response(finished.last)),
});

const response = (last: RunResult): object => {
  const context = { statusCode: 200, executedVersion: '$LATEST' };
  if (last.kind === 'ok') return { responseContext: context, responsePayload: last.payload };
  const { errorType, errorMessage, trace } = last;
  return {
    responseContext: { ...context, functionError: 'Unhandled' },
    responsePayload: { errorType, errorMessage, ...(trace === undefined ? {} : { trace }) },
  };
};
