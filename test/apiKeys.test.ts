import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startForTest } from './local.ts';

let local: Awaited<ReturnType<typeof startForTest>>;
let token: string;
beforeAll(async () => {
  local = await startForTest({ settings: { apiKeys: {} } });
  token = await local.sign({ subject: 'ada', groups: ['*'], expiresIn: '5m' });
});
afterAll(() => local.close());

/** The status of a handshake with a good token: 101 if it opens. */
const handshake = (options: { origin?: string; headers?: Record<string, string> }): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(local.webSocketUrl, ['fieldcast.v1', `bearer.${token}`], options);
    socket.on('upgrade', ({ statusCode = 0 }) => resolve(statusCode));
    socket.on('open', () => socket.close());
    socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    socket.on('error', reject);
  });

describe('where API keys are asked for', () => {
  it('a page needs none of its own', async () => {
    expect(await handshake({ origin: local.dashboardUrl })).toBe(101);
  });

  it.each([{}, { 'x-api-key': 'of-nobody-at-all-here' }])(
    'a machine needs a good one: %j',
    async (headers) => {
      expect(await handshake({ headers })).toBe(403);
    },
  );
});
