import { Command } from 'commander';
import { due } from '../../fanout/due.ts';
import { aConnection, aReading } from '../../fanout/factories.ts';
import { memorySubscriptions } from '../../fanout/memory/subscriptions.ts';
import type { Subscription, Subscriptions } from '../../fanout/ports.ts';
import type { Reading } from '../../fanout/reading.ts';
import { keysOf, type TargetKey } from '../../fanout/target.ts';
import { median } from './median.ts';

/**
 * What one reading costs to match, beside 10, 10,000 and 1,000,000 subscriptions that do not match it: looked up by target
 * as the filter does it, and beside that by a scan of every subscription. Everything is in memory and in this process.
 *
 * One more subscription matches every reading. Sizes take turns round by round, so that a slow moment of the machine hits
 * them alike; a figure is the median of its rounds. Exit code 1 if the largest size costs more than twice the smallest.
 */
const sizes = [10, 10_000, 1_000_000] as const;
const allowedRatio = 2;
const lookUps = { rounds: 31, readings: 4_000 };
/** A round of scans looks at about so many rows. */
const scans = { rounds: 3, rows: 1_000_000 };

type World = { indexed: Subscriptions; all: Subscription[] };
type Match = (world: World, reading: Reading) => Promise<number> | number;

const now = aReading().receivedAt;
const targets = ['device', 'region', 'type'] as const;

const connection = aConnection();

const subscriptionTo = (target: TargetKey, i: number): Subscription => ({
  ...connection,
  connectionId: `connection-${i}`,
  id: 's1',
  target,
});

/** Of many devices, so that no look-up finds the way of the one before warm. */
const readings = Array.from({ length: 1_000 }, (_, i) =>
  aReading({ deviceId: `device-${i}`, region: 'eu-west', deviceType: `type-${i % 7}` }),
);

const worldOf = async (size: number): Promise<World> => {
  const all = [subscriptionTo('region#eu-west', size)];
  for (let i = 0; i < size; i += 1)
    all.push(subscriptionTo(`${targets[i % targets.length] ?? 'device'}#other-${i}`, i));
  const indexed = memorySubscriptions();
  for (const subscription of all) await indexed.put(subscription);
  return { indexed, all };
};

const dueTo = (rows: readonly Subscription[], reading: Reading): number =>
  due({ rows, reading, now }).verdict === 'now' ? 1 : 0;

const byTarget: Match = async ({ indexed }, reading) =>
  dueTo((await Promise.all(keysOf(reading).map((key) => indexed.byTarget(key)))).flat(), reading);

const byScan: Match = ({ all }, reading) => {
  const keys = keysOf(reading);
  return dueTo(
    all.filter(({ target }) => keys.includes(target)),
    reading,
  );
};

/**
 * ns of CPU per reading, in one round: by the clock, a busy machine would add what others take. Throws if a reading did
 * not find its one subscription: then nothing was measured.
 */
const nsPerReading = async (match: Match, world: World, count: number): Promise<number> => {
  let matched = 0;
  const start = process.cpuUsage();
  for (let i = 0; i < count; i += 1)
    matched += await match(world, readings[i % readings.length] ?? aReading());
  const { user, system } = process.cpuUsage(start); // µs
  if (matched !== count) throw new Error(`${count} readings found ${matched} subscriptions`);
  return ((user + system) * 1_000) / count;
};

/** The median of some rounds for each world, after one for warming up. */
const measure = async (
  match: Match,
  worlds: readonly World[],
  { rounds, count }: { rounds: number; count: (world: World) => number },
): Promise<number[]> => {
  const taken = worlds.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1)
    for (const [i, world] of worlds.entries()) {
      const ns = await nsPerReading(match, world, count(world));
      if (round > 0) taken[i]?.push(ns);
    }
  return taken.map((round) => median(round) ?? NaN);
};

const figure = (ns: number): string => Math.round(ns).toLocaleString('en').padStart(16);

const { json } = new Command('bench:matching')
  .description(
    'Prints ns of CPU per reading to match it, by how many subscriptions there are that do not match.',
  )
  .option('--json', 'print one JSON object instead of the table')
  .parse()
  .opts<{ json?: true }>();

const worlds: World[] = [];
for (const size of sizes) worlds.push(await worldOf(size));
const byTargetNs = await measure(byTarget, worlds, {
  rounds: lookUps.rounds,
  count: () => lookUps.readings,
});
const scanNs = await measure(byScan, worlds, {
  rounds: scans.rounds,
  count: ({ all }) => Math.ceil(scans.rows / (all.length + 100)),
});

const results = sizes.map((subscriptions, i) => ({
  subscriptions,
  byTargetNs: Math.round(byTargetNs[i] ?? NaN),
  scanNs: Math.round(scanNs[i] ?? NaN),
}));
const ratio = (byTargetNs.at(-1) ?? NaN) / (byTargetNs[0] ?? NaN);
const holds = ratio <= allowedRatio;

if (json) console.log(JSON.stringify({ lookUps, scans, results, ratio, allowedRatio, holds }));
else {
  console.log('ns of CPU to match one reading (median of rounds), beside subscriptions that do not match:\n');
  console.log(`${'subscriptions'.padStart(13)}${'by target'.padStart(16)}${'scan of all'.padStart(16)}`);
  for (const { subscriptions, byTargetNs: ns, scanNs: scan } of results)
    console.log(`${subscriptions.toLocaleString('en').padStart(13)}${figure(ns)}${figure(scan)}`);
  console.log(
    `\n1,000,000 cost ${ratio.toFixed(2)} times what 10 cost; at most ${allowedRatio} is claimed: ${holds ? 'holds' : 'FAILS'}`,
  );
}
if (!holds) process.exitCode = 1;
