import type { Course } from '../clock.ts';

/** What crosses between the twin and a worker thread. Payloads travel as JSON text, as they do on AWS. */
export type WorkerData = {
  code: string;
  handler: string;
  /** The twin's clock, when it is not the wall clock. */
  course?: Course;
};

export type InvokeMessage = {
  event: string;
  timeoutMs: number;
  context: {
    awsRequestId: string;
    functionName: string;
    functionVersion: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    logGroupName: string;
    logStreamName: string;
  };
};

export type WorkerError = { errorType: string; errorMessage: string; trace: string[] };

/** `initialised` comes once, then one `answer` for each InvokeMessage. */
export type WorkerMessage =
  | { type: 'initialised'; error?: WorkerError }
  | { type: 'answer'; payload: string }
  | { type: 'answer'; error: WorkerError };
