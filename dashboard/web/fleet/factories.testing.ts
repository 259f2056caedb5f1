import type { Update } from '../../../fanout/client/telemetryClient.ts';

/** An update like any other; say what matters. */
export const anUpdate = (some: Partial<Update> = {}): Update => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: 1_000,
  receivedAt: 1_500,
  sentAt: 1_600,
  data: {},
  source: 'live',
  subscriptions: ['s1'],
  ...some,
});
