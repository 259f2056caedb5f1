import type { Outcome } from '../ports.ts';
import { networkErrors } from './networkErrors.ts';

/** The longest that one try at the edge takes, ms. Two of them and a pause fit into a push. */
export const tryMs = 1_000;

/** The post may or may not have arrived. A name that DNS does not know is no such error: the endpoint is wrong. */
const unanswered = new Set([...networkErrors, 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET']);

/** Whether a request failed without an answer that says why. A wrong endpoint or certificate is something else. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error &&
  (unanswered.has(error.name) || ('code' in error && unanswered.has(String(error.code))));

/** What the status of an answer to PostToConnection says (API Gateway Management API, "PostToConnection", errors). Undefined for what is no outcome of one post: a wrong endpoint. */
export const outcomeOf = (status: number): Outcome | undefined => {
  if (status === 200) return 'delivered';
  if (status === 410) return 'gone';
  if (status === 429 || status >= 500) return 'busy';
  if (status === 400 || status === 403 || status === 413) return 'refused';
  return undefined;
};
