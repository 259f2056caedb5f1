import type { ClientState } from '../../../fanout/client/telemetryClient.ts';
import { formatNumber } from '../format.ts';
import type { Sight } from '../session/attention.ts';
import type { Watched } from '../session/watching.ts';

const statuses: Readonly<Record<Watched['status'], string>> = {
  asking: 'Asking …',
  'catching-up': 'Catching up …',
  live: 'Live',
  refused: 'Refused',
};

/** Without a connection nothing is asked, and nothing is live. */
export const statusWords = ({ status }: Pick<Watched, 'status'>, state: ClientState): string => {
  const isConnected = state === 'live' || state === 'catching-up';
  return isConnected || status === 'refused' ? statuses[status] : 'Waits for the connection';
};

/** As many decimals as a rate has, up to two. */
const formatRate = (rate: number): string =>
  formatNumber(rate, [0, 1].find((decimals) => Number(rate.toFixed(decimals)) === rate) ?? 2);

const reasons: Readonly<Record<Sight, string>> = {
  hidden: ' while this tab is in the background',
  'off-screen': ' while nothing of it is on the screen',
  'on-screen': ', as tiles draw no faster',
};

/** How many readings of a device come, and why not more. */
export const rateWords = ({ watch, rate, sight }: Pick<Watched, 'watch' | 'rate' | 'sight'>): string => {
  if (rate === undefined) return 'Every reading';
  const most = `At most ${formatRate(rate)} a second of each device`;
  return rate === watch.maxRate || sight === undefined ? most : `${most}${reasons[sight]}`;
};
