import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
  type ApiGatewayManagementApiClientConfig,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { IsOpen, Outcome, Push } from '../ports.ts';

/** Socket and time-out errors by their `name` or `code`: the post may or may not have arrived. */
const unanswered = new Set([
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

const isUnanswered = (error: unknown): boolean =>
  error instanceof Error &&
  (unanswered.has(error.name) || ('code' in error && unanswered.has(String(error.code))));

/**
 * What an error of PostToConnection says. Undefined for what is no outcome of one post: no credentials, a wrong
 * endpoint.
 */
const outcomeOf = (error: unknown): Outcome | undefined => {
  if (error instanceof GoneException) return 'gone';
  if (isUnanswered(error)) return 'busy';
  if (!(error instanceof ApiGatewayManagementApiServiceException)) return undefined;
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status === 429 || status >= 500) return 'busy';
  if (status === 400 || status === 403 || status === 413) return 'refused';
  return undefined;
};

/** A client for pushing: one quick second try for 429 and 5xx, and no post that holds its place for longer than 2 s. */
export const pushClient = (config: ApiGatewayManagementApiClientConfig): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 },
    ...config,
  });

/** Pushes through API Gateway's `@connections`. */
export const sdkPush =
  (client: ApiGatewayManagementApiClient): Push =>
  async (connectionId, frame) => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame }));
      return 'delivered';
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === undefined) throw error;
      return outcome;
    }
  };

/** Asks API Gateway whether it holds a connection. */
export const sdkIsOpen =
  (client: ApiGatewayManagementApiClient): IsOpen =>
  async (connectionId) => {
    try {
      await client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  };
