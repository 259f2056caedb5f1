import { setTimeout as wait } from 'node:timers/promises';
import type { HangUp, IsOpen, Post } from '../ports.ts';
import { exchange } from './api/exchange.ts';
import { connectionRequests, type EdgeOptions } from './connectionRequests.ts';
import { isUnanswered, outcomeOf, tryMs } from './pushOutcome.ts';

/** Between the two tries of what is no post, ms at most. */
const pauseMs = 50;

const isBusy = (status: number | undefined): boolean => status === undefined || outcomeOf(status) === 'busy';

/**
 * API Gateway's `@connections` by Node's own client: for functions that ask it little, since what a start does not load it does
 * not wait for. A post is one try, the others are two; without redirects. Each throws for what is no outcome of it.
 */
export const edgeByHttp = (options: EdgeOptions): { post: Post; isOpen: IsOpen; hangUp: HangUp } => {
  const { origin, request, outcome } = connectionRequests(options);
  const send = exchange({ origin, tryMs, since: 'call', connections: options.connections, now: options.now });

  /** The status of the answer; undefined where there is none. */
  const statusOf = async (...asked: Parameters<typeof request>): Promise<number | undefined> => {
    try {
      return (await send(request(...asked))).status;
    } catch (error) {
      if (isUnanswered(error)) return undefined;
      throw error;
    }
  };

  const patientlyAsked = async (method: 'GET' | 'DELETE', connectionId: string) => {
    const status = await statusOf(method, connectionId);
    if (!isBusy(status)) return status;
    await wait(Math.random() * pauseMs);
    return statusOf(method, connectionId);
  };

  return {
    post: async (connectionId, frame) => outcome(await statusOf('POST', connectionId, frame)),

    isOpen: async (connectionId) => {
      const status = await patientlyAsked('GET', connectionId);
      if (status === 200) return true;
      if (status === 410) return false;
      throw new Error(`The edge did not tell whether a connection is open: ${status ?? 'no answer'}.`);
    },

    hangUp: async (connectionId) => {
      const status = await patientlyAsked('DELETE', connectionId);
      if (status === 204 || status === 200 || status === 410) return 'done';
      if (isBusy(status)) return 'busy';
      throw new Error(`The edge refused to end a connection: ${String(status)}. See the function's role.`);
    },
  };
};
