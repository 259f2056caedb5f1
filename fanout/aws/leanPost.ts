import type { Dispatcher } from 'undici';
// Not from the index: that brings fetch, WebSocket, caches and mocks along, 250 KB and some 45 ms of a cold start, none of
// which a bundler can take out again. The path is no part of undici's contract: its version is pinned, and leanPost.test.ts
// would tell.
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Post } from '../ports.ts';
import { idleMs } from './api/exchange.ts';
import { connectionRequests, type EdgeOptions } from './connectionRequests.ts';
import { isUnanswered, tryMs } from './pushOutcome.ts';

const tooLate = new Error('The answer came too late.');

/**
 * The status that a request is answered with, its body read and dropped; undefined where there is no answer. Ends after `tryMs`,
 * also for a request that still waits for a socket; that one is not sent any more.
 */
const statusOf = (pool: Dispatcher, request: Dispatcher.DispatchOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    let status: number | undefined;
    let sent: Dispatcher.DispatchController | undefined;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(status);
      sent?.abort(tooLate);
    }, tryMs);

    pool.dispatch(request, {
      onRequestStart: (controller) => {
        sent = controller;
        if (isLate) controller.abort(tooLate);
      },
      onResponseStart: (_controller, code) => {
        status = code;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => {
        clearTimeout(timer);
        resolve(status);
      },
      onResponseError: (_controller, error) => {
        clearTimeout(timer);
        if (isLate || status !== undefined || isUnanswered(error)) resolve(status);
        else reject(error);
      },
    });
  });

/**
 * Posts through API Gateway's `@connections`, as the SDK's PostToConnection does at a fraction of its CPU: see `npm run bench:push`.
 * One try, without redirects. Throws for what no outcome of a post can say. For functions that post all day.
 */
export const leanPost = (options: EdgeOptions): { post: Post; close: () => Promise<void> } => {
  const { now = Date.now, connections = 64 } = options;
  const { origin, request, outcome } = connectionRequests(options);
  const open = () =>
    new Pool(origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      connect: { timeout: tryMs },
      keepAliveTimeout: idleMs,
      // `statusOf` keeps the time of the whole, to the ms; undici's own timers would only be more work.
      headersTimeout: 0,
      bodyTimeout: 0,
    });

  let pool = open();
  let usedAt = now();
  const poolOfNow = (): Dispatcher => {
    if (now() - usedAt > idleMs) {
      void pool.close();
      pool = open();
    }
    usedAt = now();
    return pool;
  };

  return {
    post: async (connectionId, frame) =>
      outcome(await statusOf(poolOfNow(), request('POST', connectionId, frame))),
    close: () => pool.close(),
  };
};
