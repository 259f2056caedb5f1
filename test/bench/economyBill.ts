import type { Counts } from './economyCounts.ts';
import type { Scene } from './economyScene.ts';
import { gb, prices } from './prices.ts';

/** The model's 256 MB, alike for all, though `queue` and `message` have 512: less than a cent an hour of the standard scene. */
const functionGb = 0.25;

/** What one unit of each count costs, US dollars, and how the bill names it. */
export const lines: Readonly<Record<keyof Counts, { name: string; usd: number }>> = {
  iotMessages: { name: 'IoT messages', usd: prices.iotMessage },
  iotRules: { name: 'IoT rules', usd: prices.iotRule },
  iotActions: { name: 'IoT actions', usd: prices.iotAction },
  iotMinutes: { name: 'IoT connection min', usd: prices.iotConnectionMinute },
  sqsRequests: { name: 'SQS requests', usd: prices.sqsRequest },
  lambdaRequests: { name: 'Lambda requests', usd: prices.lambdaRequest },
  lambdaMs: { name: 'Lambda ms (model)', usd: (functionGb * prices.lambdaGbSecond) / 1_000 },
  logBytes: { name: 'Log bytes', usd: prices.logGb / gb },
  readUnits: { name: 'DynamoDB read units', usd: prices.readUnit },
  historyWrites: { name: '  writes: history', usd: prices.writeUnit },
  latestWrites: { name: '  writes: latest', usd: prices.writeUnit },
  otherWrites: { name: '  writes: other', usd: prices.writeUnit },
  webSocketMessages: { name: 'WebSocket messages', usd: prices.webSocketMessage },
  webSocketMinutes: { name: 'WebSocket conn. min', usd: prices.webSocketConnectionMinute },
  bytesOut: { name: 'Bytes out', usd: prices.outGb / gb },
};
export const lineNames = Object.keys(lines) as (keyof Counts)[]; // Object.keys forgets the key type

/** US dollars for one line. */
export const costOf = (counts: Counts, line: keyof Counts): number => counts[line] * lines[line].usd;

/** US dollars. */
export const totalOf = (counts: Counts): number =>
  lineNames.reduce((sum, line) => sum + costOf(counts, line), 0);

/** US dollars, had nobody kept history and latest readings. */
export const totalWithoutWrites = (counts: Counts): number =>
  totalOf(counts) - costOf(counts, 'historyWrites') - costOf(counts, 'latestWrites');

/** As AWS reckons. */
export const hoursOfMonth = 730;

/** What is stored of history at 60 minutes of retention, once the scene has gone on for so long; 1 KB a reading, as it is written at most. */
export const storedHistory = ({ devices }: Scene): { gb: number; usdPerHour: number } => {
  const stored = (devices * 3_600 * 1_024) / gb;
  return { gb: stored, usdPerHour: (stored * prices.storedGbMonth) / hoursOfMonth };
};
