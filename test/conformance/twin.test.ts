import { afterAll, beforeAll } from 'vitest';
import { startForTest } from '../local.ts';
import { describeEdge } from './describeEdge.ts';

let local: Awaited<ReturnType<typeof startForTest>>;

beforeAll(async () => {
  local = await startForTest({ settings: { subscriptionCacheMs: 200 } });
});
afterAll(() => local.close());

describeEdge('the twin', () => ({
  url: local.webSocketUrl,
  mqttUrl: local.mqttUrl,
  origin: local.dashboardUrl,
  token: (groups, { subject, expiresIn }) => local.sign({ subject, groups: [...groups], expiresIn }),
}));
