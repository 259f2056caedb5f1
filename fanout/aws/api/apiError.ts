import { networkErrors } from '../networkErrors.ts';
import type { Answer } from './exchange.ts';

/** An AWS service refused a request, or could not serve it. Its name is the service's own, such as `ConditionalCheckFailedException`. */
export class ApiError extends Error {
  readonly status: number;
  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

type Told = { readonly __type?: unknown; readonly message?: unknown; readonly Message?: unknown };

const toldIn = (body: Buffer): Told => {
  try {
    const told: unknown = JSON.parse(body.toString());
    return typeof told === 'object' && told !== null ? told : {};
  } catch {
    return {}; // What stands between us and the service answers in a language of its own.
  }
};

/** `com.amazonaws.sqs#QueueDoesNotExist:http://…` → `QueueDoesNotExist`. */
const nameIn = (type: string): string => type.replace(/^.*#/, '').replace(/:.*$/, '');

/**
 * What the answer to a request says went wrong (AWS JSON 1.0 protocol of Smithy, "Operation error serialization"): the name
 * is in the body, or in a header, in which API Gateway has it.
 */
export const apiErrorOf = ({ status, headers, body }: Answer, asked: string): ApiError => {
  const { __type, message, Message } = toldIn(body);
  const type = typeof __type === 'string' ? __type : headers['x-amzn-errortype'];
  const said = [message, Message].find((one) => typeof one === 'string');
  return new ApiError(
    typeof type === 'string' ? nameIn(type) : 'Unknown',
    status,
    said ?? `${asked} was answered with ${status}.`,
  );
};

/** Errors by their name that ask to slow down, as the SDK has them (@smithy/core, service-error-classification). */
const throttling = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Names of errors, and codes of Node's, after which the same request may succeed, as the SDK has them. */
const transient = new Set([...networkErrors, 'RequestTimeout', 'RequestTimeoutException', 'ENOTFOUND']);

/** Whether, and why, the same request may succeed if it is made again; undefined if it will not. */
export const passingCauseOf = (error: unknown): 'throttled' | 'transient' | undefined => {
  if (!(error instanceof Error)) return undefined;
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 429 || throttling.has(error.name)) return 'throttled';
  if ([500, 502, 503, 504].includes(status) || transient.has(error.name)) return 'transient';
  return 'code' in error && transient.has(String(error.code)) ? 'transient' : undefined;
};
