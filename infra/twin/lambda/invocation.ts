/** What a function's run came to. `error` is the function's own failure, or that of its execution environment. */
export type RunResult =
  | { kind: 'ok'; payload: unknown }
  | { kind: 'error'; errorType: string; errorMessage: string; trace?: string[] };

/** What a synchronous invocation came to; `denied` means that the function never ran. */
export type InvokeResult = RunResult | { kind: 'denied'; reason: string };

/** What an asynchronous invocation came to: in the queue, or refused. */
export type AcceptResult = { accepted: true } | { accepted: false; reason: string };

/** Lambda quotas, "Invocation payload": 6 MB each way synchronously, 1 MB asynchronously (was 256 KB until 2025). */
export const maxSyncBytes = 6 * 1024 * 1024;
export const maxAsyncBytes = 1024 * 1024;
/** As the service words it in Function.ResponseSizeTooLarge: 100 bytes above the request's limit. */
export const maxResponseBytes = maxSyncBytes + 100;
