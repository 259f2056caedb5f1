import { Agent } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describePost } from '../post.contract.ts';
import type { IsOpen } from '../ports.ts';
import { forgedEdge, type ForgedEdge } from './forgedEdge.testing.ts';
import { pushClient, requestTimes, sdkIsOpen, sdkPost } from './push.ts';

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

describe('isOpen', () => {
  let edge: ForgedEdge;
  let isOpen: IsOpen;

  beforeEach(async () => {
    edge = await forgedEdge();
    isOpen = sdkIsOpen(pushClient({ endpoint: edge.endpoint, region, credentials }));
  });
  afterEach(() => edge.close());

  it('a connection that the edge tells about is open', async () => {
    edge.answer = { status: 200, body: '{"connectedAt":"2026-12-30T12:00:00Z"}' };
    expect(await isOpen('L0SM9cOFvHcCIhw=')).toBe(true);
    expect(edge.received[0]?.method).toBe('GET');
  });

  it('one that is gone is not', async () => {
    edge.answer = { status: 410, errorType: 'GoneException' };
    expect(await isOpen('L0SM9cOFvHcCIhw=')).toBe(false);
  });

  it('an edge that fails is an outage', async () => {
    edge.answer = { status: 500 };
    await expect(isOpen('L0SM9cOFvHcCIhw=')).rejects.toThrow();
  });
});
