import {
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  type ApiGatewayManagementApiClient,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { HangUp } from '../ports.ts';
import { isUnanswered, outcomeOf } from './pushOutcome.ts';

/** Has API Gateway end connections. Throws where that is not allowed or the endpoint is wrong. */
export const sdkHangUp =
  (client: ApiGatewayManagementApiClient): HangUp =>
  async (connectionId) => {
    try {
      await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      return 'done';
    } catch (error) {
      if (isUnanswered(error)) return 'busy';
      if (!(error instanceof ApiGatewayManagementApiServiceException)) throw error;
      const outcome = outcomeOf(error.$metadata.httpStatusCode ?? 0);
      if (outcome === 'gone') return 'done';
      if (outcome === 'busy') return 'busy';
      throw error;
    }
  };
