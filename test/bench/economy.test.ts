import { describe, expect, it } from 'vitest';
import { claimLines, type Claim } from './claim.ts';
import { costOf, lineNames, lines, storedHistory, totalOf, totalWithoutWrites } from './economyBill.ts';
import { costClaims, countClaims } from './economyClaims.ts';
import { countsOf, used, usedSince, type Counts } from './economyCounts.ts';
import type { ShapeResult } from './economyRun.ts';
import { devicesOf, readingsIn, shortScene, standardScene, viewersOf, wantedIn } from './economyScene.ts';
import { splitOver } from './economyPollers.ts';
import { countReadings } from './economyReceived.ts';
import { expectedPosts, leastPosts } from './economyShapes.ts';
import { billTable, notes, sensitivity } from './economyTable.ts';
import { prices } from './prices.ts';
import { readingsInFrame } from './readingsInFrame.ts';
import { reportedKinds } from './reportedKinds.ts';

const usage = {
  'iot.messages': { Broker: 6_000 },
  'iot.rules': { Telemetry: 6_000 },
  'iot.actions': { Telemetry: 6_000 },
  'lambda.requests': { Broadcast: 6_000 },
  'lambda.posts': { Broadcast: 300_000 },
  'lambda.log-bytes': { Broadcast: 100 },
  'dynamodb.read-units': { 'Sample-Connections': 3_000 },
  'dynamodb.write-units': { 'Sample-Readings': 6_000, 'Sample-Latest': 6_000, 'Sample-Connections': 1 },
  'websocket.messages': { Api: 300_000 },
  'websocket.bytes-out': { Api: 300_000 * 200 },
};
const naive = countsOf(usage, standardScene);

const resultOf = (over: Partial<ShapeResult> = {}): ShapeResult => ({
  shape: 'naive',
  published: 6_000,
  viewers: { received: 75_000, missing: 0, repeated: 0, unwanted: 225_000 },
  posts: 300_000,
  counts: naive,
  measuredLambdaMs: 1,
  drainSeconds: 0,
  reported: [],
  ...over,
});
/** One post per viewer and second. */
const queueCounts: Counts = {
  ...naive,
  sqsRequests: 6_000 + 600 + 600, // Sent, received, deleted.
  lambdaRequests: 60,
  lambdaMs: 60 * 25 + 3_000 * 2 + 12_001,
  logBytes: 60 * 800,
  readUnits: 60,
  webSocketMessages: 3_000,
};
const queue = resultOf({
  shape: 'queue',
  viewers: { received: 75_000, missing: 0, repeated: 0, unwanted: 0 },
  posts: 3_000,
  counts: queueCounts,
});

describe('the scene', () => {
  it('has 25 devices and 12 or 13 viewers in each of 4 regions', () => {
    const inRegion = (all: readonly { region: string }[], region: string) =>
      all.filter((one) => one.region === region).length;
    const regions = [...new Set(devicesOf(standardScene).map(({ region }) => region))];
    expect(regions).toHaveLength(4);
    for (const region of regions) {
      expect(inRegion(devicesOf(standardScene), region)).toBe(25);
      expect([12, 13]).toContain(inRegion(viewersOf(standardScene), region));
    }
  });

  it('has devices of every type in every region', () => {
    const pairs = new Set(devicesOf(standardScene).map(({ region, type }) => `${region} ${type}`));
    expect(pairs.size).toBe(12);
  });

  it('has 6,000 readings, of which 75,000 deliveries are wanted', () => {
    expect(readingsIn(standardScene)).toBe(6_000);
    expect(wantedIn(standardScene)).toBe(75_000);
    expect(wantedIn(shortScene)).toBe(100);
  });
});

describe('what a viewer got', () => {
  it('is found in an update, in a batch and in a sample’s frame', () => {
    const update = { type: 'sensor_update', deviceId: 'device-1', seq: 3, data: {} };
    expect(readingsInFrame(JSON.stringify(update))).toEqual([{ deviceId: 'device-1', seq: 3 }]);
    const batch = JSON.stringify({ type: 'sensor_batch', updates: [update, { ...update, seq: 4 }] });
    expect(readingsInFrame(batch).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(readingsInFrame('{"deviceId":"device-2","seq":0,"region":"eu-west"}')).toHaveLength(1);
    expect(readingsInFrame('{"type":"live","id":"s1","at":1}')).toEqual([]);
  });

  it('is counted by name: received once, again, not asked for, missing', () => {
    const count = countReadings(['device-1'], 3);
    for (const seq of [0, 1, 1]) count.add({ deviceId: 'device-1', seq });
    count.add({ deviceId: 'device-2', seq: 0 });
    count.add({ deviceId: 'device-1', seq: 3 });
    expect(count.read()).toEqual({ received: 2, missing: 1, repeated: 1, unwanted: 2 });
  });
});

describe('the counts', () => {
  it('leave out what was used before', () => {
    const before = { 'lambda.requests': { A: 2 } };
    const since = usedSince(before, { 'lambda.requests': { A: 5, B: 1 }, 'sqs.requests': { Q: 4 } });
    expect(since).toEqual({ 'lambda.requests': { A: 3, B: 1 }, 'sqs.requests': { Q: 4 } });
    expect(used(since, 'lambda.requests')).toBe(4);
    expect(used(since, 'lambda.requests', /B/)).toBe(1);
  });

  it('tell history from latest readings from other writes', () => {
    expect(naive).toMatchObject({ historyWrites: 6_000, latestWrites: 6_000, otherWrites: 1 });
  });

  it('take connection minutes from the scene and Lambda time from the model', () => {
    expect(naive).toMatchObject({ iotMinutes: 100, webSocketMinutes: 50 });
    expect(naive.lambdaMs).toBe(6_000 * 25 + 300_000 * 2 + 12_001);
  });
});

describe('the bill', () => {
  it('has a line for every count, and they add up', () => {
    expect(lineNames.toSorted()).toEqual(Object.keys(naive).toSorted());
    expect(totalOf(naive)).toBeCloseTo(
      lineNames.reduce((sum, line) => sum + costOf(naive, line), 0),
      12,
    );
  });

  it('asks a dollar for a million posts', () => {
    expect(costOf(naive, 'webSocketMessages')).toBeCloseTo(0.3, 12);
    expect(lines.webSocketMessages.usd * 1e6).toBe(1);
  });

  it('asks for 256 MB of Lambda time', () => {
    expect(costOf({ ...naive, lambdaMs: 4_000 }, 'lambdaMs')).toBeCloseTo(prices.lambdaGbSecond, 15);
  });

  it('would not notice what stored history costs', () => {
    const { gb, usdPerHour } = storedHistory(standardScene);
    expect(gb).toBeCloseTo(0.343, 3); // 100 devices at 1 Hz for an hour
    expect(usdPerHour).toBeCloseTo(0.343 / 4 / 730, 6);
    expect(notes(standardScene)).toContain('0.34 GB or $0.0001 an\nhour, and $0.0058 if');
  });

  it('can leave out the writes', () => {
    expect(totalOf(naive) - totalWithoutWrites(naive)).toBeCloseTo(12_000 * prices.writeUnit, 12);
  });

  it('is printed side by side, every line of the same width', () => {
    const table = billTable(standardScene, [resultOf(), queue]);
    const header = table.split('\n')[0] ?? '';
    expect(header).toMatch(/naive +\$\/hour +queue +\$\/hour$/);
    for (const line of table.split('\n').filter((text) => text !== ''))
      expect(line.length).toBeLessThanOrEqual(header.length);
    expect(table).toMatch(/WebSocket messages +300,000 +18\.0000 +3,000 +0\.1800/);
  });
});

describe('batches that are split', () => {
  const run = { readings: 6_000, delivered: 75_000 };

  it('over one poller cost what was measured', () => {
    expect(splitOver(1, queueCounts, run)).toEqual(queueCounts);
  });

  it('over more cost more posts, though never more than one a reading', () => {
    expect(splitOver(2, queueCounts, run).webSocketMessages).toBeCloseTo(6_000, 0);
    expect(splitOver(1_000, queueCounts, run).webSocketMessages).toBeLessThanOrEqual(75_000);
  });

  it('over more cost more requests to SQS, since more of them are not full, and never more than one a message each way', () => {
    const requests = [1, 2, 5, 1_000].map((pollers) => splitOver(pollers, queueCounts, run).sqsRequests);
    expect(requests).toEqual(requests.toSorted((a, b) => a - b));
    expect(new Set(requests).size).toBe(4);
    expect(requests[3]).toBeLessThanOrEqual(3 * 6_000);
  });

  it('are printed for one, two and five pollers, with their parts of naive', () => {
    const text = sensitivity(standardScene, [resultOf(), queue]);
    const parts = [...text.matchAll(/^ {2}(\d): \$[\d.]+ an hour = 1\/([\d.]+) of naive/gm)];
    expect(parts.map(([, pollers]) => pollers)).toEqual(['1', '2', '5']);
    const ratios = parts.map(([, , ratio]) => Number(ratio));
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a));
    expect(text).toContain('AWS begins with five');
  });
});

describe('a claim', () => {
  const fails = (claims: readonly Claim[]) => claims.filter(({ holds }) => !holds);

  it('holds where nothing is missing and posts are as expected', () => {
    expect(fails([...countClaims(standardScene, resultOf()), ...countClaims(standardScene, queue)])).toEqual(
      [],
    );
    expect(expectedPosts('direct', standardScene)).toBe(75_000);
  });

  it('fails for a missing reading, a post too many and one unasked for', () => {
    const one = { received: 74_999, missing: 1, repeated: 0, unwanted: 0 };
    expect(fails(countClaims(standardScene, { ...queue, viewers: one }))).toHaveLength(1);
    expect(fails(countClaims(standardScene, resultOf({ posts: 300_001 })))).toHaveLength(1);
    const leaked = { ...queue.viewers, unwanted: 1 };
    expect(fails(countClaims(standardScene, { ...queue, viewers: leaked }))).toHaveLength(1);
  });

  it('counts what was posted again as billed and no mistake', () => {
    const again = { ...resultOf().viewers, repeated: 3 };
    const counts = { ...naive, webSocketMessages: 300_003 };
    const result = resultOf({ viewers: again, posts: 300_003, counts });
    expect(fails(countClaims(standardScene, result))).toEqual([]);
  });

  it('of a tenth fails where readings are missing', () => {
    const viewers = { received: 74_999, missing: 1, repeated: 0, unwanted: 0 };
    expect(fails(costClaims(standardScene, [resultOf(), { ...queue, viewers }]))).toHaveLength(2);
  });

  it('of a tenth holds and fails by the totals', () => {
    expect(fails(costClaims(standardScene, [resultOf(), queue]))).toEqual([]);
    const dear = { ...queue, counts: { ...queueCounts, webSocketMessages: 75_000 } };
    expect(claimLines(costClaims(standardScene, [resultOf(), dear]))).toMatch(
      /^holds.*\nFAILS.*gathered here.*\nFAILS/,
    );
    expect(costClaims(standardScene, [resultOf()])).toEqual([]);
  });

  it('of costs fails where batches grew because functions were slow, though that is cheaper', () => {
    expect(leastPosts(standardScene)).toBe(2_400);
    expect(fails(costClaims(standardScene, [resultOf(), { ...queue, posts: 2_400 }]))).toEqual([]);
    for (const results of [[resultOf(), { ...queue, posts: 2_399 }], [{ ...queue, posts: 2_399 }]])
      expect(claimLines(fails(costClaims(standardScene, results)))).toMatch(/^FAILS.*too slow to measure$/);
  });
});

it('what the twin reports is told once for lines that differ in numbers only', () => {
  const line = (n: number) =>
    `Queue Q keeps a batch of ${n}: RequestId: 3ca2d533-05c1-4450-bc32-1f893327${1000 + n}.`;
  expect(reportedKinds([line(5), line(6), 'Something else.'])).toEqual([
    `${line(5)} (2 times)`,
    'Something else.',
  ]);
});
