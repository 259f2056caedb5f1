import { DeleteConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import type { edgeByHttp } from '../../../fanout/aws/edgeByHttp.ts';
import { edgeSettings } from '../../../fanout/aws/edgeSettings.ts';
import { outcomeOfError, pushClient, sdkIsOpen, sdkPost } from '../../../fanout/aws/sdkEdge.testing.ts';
import type { Post } from '../../../fanout/ports.ts';

// What stands in for fanout/aws/edgeFromEnvironment.ts and leanPostFromEnvironment.ts in a handler that is written with the SDK.

const clientFromEnvironment = () => pushClient({ endpoint: edgeSettings().endpoint, maxAttempts: 2 });

export const edgeFromEnvironment = (): ReturnType<typeof edgeByHttp> => {
  const client = clientFromEnvironment();
  return {
    post: sdkPost(client),
    isOpen: sdkIsOpen(client),
    hangUp: async (connectionId) => {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
        return 'done';
      } catch (error) {
        const outcome = outcomeOfError(error);
        if (outcome === 'gone') return 'done';
        if (outcome === 'busy') return 'busy';
        throw error;
      }
    },
  };
};

export const leanPostFromEnvironment = (): { post: Post } => ({ post: sdkPost(clientFromEnvironment()) });
