import {
  DeleteConnectionCommand,
  type ApiGatewayManagementApiClient,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { HangUp } from '../ports.ts';
import { outcomeOfError } from './push.ts';

/** Has API Gateway end connections. Throws where that is not allowed or the endpoint is wrong. */
export const sdkHangUp =
  (client: ApiGatewayManagementApiClient): HangUp =>
  async (connectionId) => {
    try {
      await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      return 'done';
    } catch (error) {
      const outcome = outcomeOfError(error);
      if (outcome === 'gone') return 'done';
      if (outcome === 'busy') return 'busy';
      throw error;
    }
  };
