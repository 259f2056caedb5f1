import { Buffer } from 'node:buffer';
import { maxResponseBytes, type RunResult } from './invocation.ts';
import type { WorkerMessage } from './workerMessage.ts';

/** The handler's answer as a result; one above Lambda's response limit is an error. */
export const resultOf = (message: WorkerMessage): RunResult => {
  if ('payload' in message) return payloadOf(message.payload);
  if (message.error !== undefined) return { kind: 'error', ...message.error };
  throw new Error('A worker announced itself twice.');
};

const payloadOf = (text: string): RunResult => {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxResponseBytes) return { kind: 'ok', payload: JSON.parse(text) as unknown };
  return {
    kind: 'error',
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
  };
};

/** The thread ended before it answered. */
export const exitError = (requestId: string, cause: string): RunResult => ({
  kind: 'error',
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: ${cause}`,
});

export const timeoutError = (requestId: string, afterMs: number): RunResult => ({
  kind: 'error',
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(afterMs / 1000).toFixed(2)} seconds`,
});

/** Why a thread ended; `killed` when its heap was full. */
export const exitCause = (killed: boolean, code: number): string => {
  if (killed) return 'Runtime exited with error: signal: killed';
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
};
