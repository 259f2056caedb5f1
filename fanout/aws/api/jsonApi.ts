import { setTimeout as wait } from 'node:timers/promises';
import { signer, type SignerPorts } from '../signer.ts';
import { apiErrorOf } from './apiError.ts';
import { exchange } from './exchange.ts';
import { retried } from './retried.ts';

export type JsonApiOptions = Pick<SignerPorts, 'region' | 'credentials'> & {
  /** As it is signed for, such as `dynamodb`. */
  readonly service: string;
  /** What stands before an action's name, such as `DynamoDB_20120810`. */
  readonly target: string;
  readonly endpoint: string;
  /** Tries in all, and the first pause between them: see {@link retried}. */
  readonly attempts: number;
  readonly pauseMs: number;
};

/** The longest that one try takes once it has a socket, ms: a socket that has died in silence must not cost the whole invocation. */
const tryMs = 3_000;

/**
 * By it X-Ray sees the request as part of its invocation, and Lambda notices functions that start each other in a circle. Lambda
 * changes the variable with each invocation.
 */
const traceHeader = (): Record<string, string> => {
  const { _X_AMZN_TRACE_ID } = process.env;
  return _X_AMZN_TRACE_ID === undefined ? {} : { 'x-amzn-trace-id': _X_AMZN_TRACE_ID };
};

/** Asks for an action with its input; resolves to what the service's API reference says. Throws {@link ApiError}. */
export type JsonApi = (action: string, input: object) => Promise<unknown>;

/** A service that speaks the AWS JSON 1.0 protocol. */
export const jsonApi = ({
  service,
  target,
  endpoint,
  attempts,
  pauseMs,
  ...signing
}: JsonApiOptions): JsonApi => {
  const { origin, host } = new URL(endpoint);
  const sign = signer({ ...signing, service, now: Date.now });
  const send = exchange({ origin, tryMs, since: 'socket' });
  const withRetries = retried({ attempts, pauseMs, wait, random: Math.random });

  return (action, input) => {
    const body = Buffer.from(JSON.stringify(input));
    const unsigned = {
      ...{ method: 'POST', host, path: '/', contentType: 'application/x-amz-json-1.0', body },
      target: `${target}.${action}`,
    };
    return withRetries(async () => {
      // Signed for each try: a signature is good for a few minutes, but its time should be the try's.
      const headers = { ...sign(unsigned), ...traceHeader() };
      const answer = await send({ method: 'POST', path: '/', headers, body });
      if (answer.status !== 200) throw apiErrorOf(answer, `${service} ${action}`);
      return JSON.parse(answer.body.toString()) as unknown;
    });
  };
};
