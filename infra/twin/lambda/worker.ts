import { parentPort, workerData } from 'node:worker_threads';
import { loadHandler, RuntimeError, type Handler } from './loadHandler.ts';
import { shimDate } from './shimDate.ts';
import type { InvokeMessage, WorkerData, WorkerError, WorkerMessage } from './workerMessage.ts';

// The inside of one execution environment: loads the handler once, then answers one event at a time.

const { code, handler, course } = workerData as WorkerData;
const speed = course?.speed ?? 1;
if (course !== undefined) shimDate(course);

const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

const describe = (error: unknown): WorkerError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const contextOf = ({ context, timeoutMs }: InvokeMessage): object => {
  const started = performance.now();
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    // The time-out is in wall time, the answer in the time that Date shows: their sum is when the function is cut off.
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round((timeoutMs - (performance.now() - started)) * speed)),
  };
};

const textOf = (value: unknown): string => {
  try {
    // Inside an array, because there undefined and functions become null.
    return JSON.stringify([value]).slice(1, -1);
  } catch {
    throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body');
  }
};

const answer = async (run: Handler, message: InvokeMessage): Promise<WorkerMessage> => {
  try {
    return { type: 'answer', payload: textOf(await run(JSON.parse(message.event), contextOf(message))) };
  } catch (error) {
    return { type: 'answer', error: describe(error) };
  }
};

const start = async (): Promise<void> => {
  const run = await loadHandler(code, handler);
  parentPort?.on('message', (message: InvokeMessage) => void answer(run, message).then(tell));
  tell({ type: 'initialised' });
};

// The thread stays up without the handler too: the twin reads the error, then ends it.
start().catch((error: unknown) => tell({ type: 'initialised', error: describe(error) }));
