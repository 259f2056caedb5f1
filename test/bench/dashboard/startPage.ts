import { startDashboard } from '../../../dashboard/server.ts';
import { host } from '../../../infra/local/ports.ts';

/** Serves a built page, ours by default, to be fed from there. The token it hands out means nothing: a feeder looks at none. */
export const startPage = (
  webSocketUrl: string,
  directory?: string,
): Promise<{ url: string; close: () => Promise<void> }> =>
  startDashboard({
    host,
    port: 0,
    config: { webSocketUrl, units: { pump: { temperature: '°C', pressure: 'bar', vibration: 'mm/s' } } },
    developmentToken: () => Promise.resolve('bench'),
    ...(directory === undefined ? {} : { directory }),
  });
