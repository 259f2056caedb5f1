import { Agent } from 'node:http';
import { describe } from 'vitest';
import { describePost } from '../post.contract.ts';
import { pushClient, requestTimes, sdkPost } from './sdkEdge.testing.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
const region = 'eu-central-1';

describe('by the SDK', () => {
  describePost(({ endpoint, sockets }) => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: sockets });
    const client = pushClient({
      endpoint,
      region,
      credentials,
      requestHandler: { ...requestTimes, httpAgent },
    });
    return { post: sdkPost(client), close: () => client.destroy() };
  });
});
