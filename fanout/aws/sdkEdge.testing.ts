import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
  type ApiGatewayManagementApiClientConfig,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { IsOpen, Outcome, Post } from '../ports.ts';
import { isUnanswered, outcomeOf, tryMs } from './pushOutcome.ts';

/** Until the answer begins, and then between its pieces. Without `throw…` a time-out is a warning in the log. */
export const requestTimes = {
  connectionTimeout: tryMs,
  requestTimeout: tryMs,
  throwOnRequestTimeout: true,
  socketTimeout: tryMs,
};

/** A client of `@connections`: one try, and no call that holds its place for much longer than a second. */
export const pushClient = (config: ApiGatewayManagementApiClientConfig): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    maxAttempts: 1,
    requestHandler: requestTimes,
    ...config,
  });

/** What an error of the SDK says of one call. Undefined for what is no outcome: no credentials, a wrong endpoint. */
export const outcomeOfError = (error: unknown): Outcome | undefined => {
  if (isUnanswered(error)) return 'busy';
  return error instanceof ApiGatewayManagementApiServiceException
    ? outcomeOf(error.$metadata.httpStatusCode ?? 0)
    : undefined;
};

/** Posts through API Gateway's `@connections` by the SDK: what ours are held against. */
export const sdkPost =
  (client: ApiGatewayManagementApiClient): Post =>
  async (connectionId, frame) => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame }));
      return 'delivered';
    } catch (error) {
      const outcome = outcomeOfError(error);
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
