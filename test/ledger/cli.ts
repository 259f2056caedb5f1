import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { newSeed } from '../../fanout/seeded.testing.ts';
import { numberWithin, parsed, usageError } from '../../infra/commandLine.ts';
import type { FaultKind } from '../../infra/twin/faults/faults.ts';
import { killBroker } from './kills.ts';
import { killShortfallsOf, killsReportOf } from './killsClaim.ts';
import type { KillsWay } from './killsStack.ts';
import { kindsOption } from './kindsOption.ts';
import { survivable } from './nemesis.ts';
import { boundOf, deliveredIn, demandsOf, shortfallsOf } from './claim.ts';
import { reportOf } from './report.ts';
import { retrySpeed, runLedger, type Outcome, type Run } from './run.ts';

const command = new Command('npm run ledger --')
  .description(
    'Runs devices and viewers that write down every reading, has things go wrong meanwhile, and says what became of each ' +
      'reading for each viewer. Exit code 1 if one was lost, came twice, out of order, or to somebody who may not see it.',
  )
  .addOption(
    new Option('--faults <kinds>', 'all that can be survived, none, or kinds between commas')
      .argParser(kindsOption)
      .default(survivable, 'all'),
  )
  .option('--minutes <n>', 'how long things go wrong', numberWithin(0.05, 480, { whole: false }), 0.4)
  .addOption(new Option('--ingest <way>', 'the way in').choices(['direct', 'queue', 'both']).default('both'))
  .option('--devices <n>', 'how many', numberWithin(1, 200), 12)
  .option('--viewers <n>', 'how many', numberWithin(1, 200), 8)
  .option('--rate <hz>', 'readings a second and device', numberWithin(0.1, 50, { whole: false }), 2)
  .option('--long', '1,000 crashes in the middle of a fan-out and 200 kills of the broker, too', false)
  .option('--out <folder>', 'keep the files there; without it they are kept only if something is wrong')
  .option('--seed <seed>', 'the same values, faults and moments again', numberWithin(0, 2 ** 31 - 1))
  .option('--json', 'one line of JSON a run', false);

type Options = {
  faults: readonly FaultKind[];
  minutes: number;
  ingest: 'direct' | 'queue' | 'both';
  devices: number;
  viewers: number;
  rate: number;
  long: boolean;
  out?: string;
  seed?: number;
  json: boolean;
};

/** On a terminal, below what is printed; nowhere else. */
const barFor = (json: boolean) => {
  const format = '{stage} {bar} {percentage} % {duration_formatted}';
  const bar = new SingleBar({ format, clearOnComplete: true });
  const isShown = !json && process.stderr.isTTY;
  let current = '';
  return {
    update: (stage: string, done: number, total: number): void => {
      if (!isShown) return;
      if (stage !== current) bar.start(total, done, { stage });
      current = stage;
      bar.update(done);
    },
    stop: (): void => bar.stop(),
  };
};

const show = (run: Run, outcome: Outcome, shortfalls: readonly string[], json: boolean): void => {
  if (!json) {
    console.log(reportOf(run, outcome, shortfalls));
    for (const line of outcome.reported) console.log(`The twin: ${line}`);
    return;
  }
  const { ingest, seed, devices, viewers, rate } = run;
  const bounds = {
    ofPairs: boundOf(deliveredIn(outcome)),
    ofFaults: boundOf(outcome.verdict.faults),
  };
  const claim = { holds: shortfalls.length === 0, shortfalls, bounds };
  const machine = { cpus: cpus().length, retrySpeed };
  console.log(JSON.stringify({ ingest, seed, devices, viewers, rate, ...machine, ...claim, ...outcome }));
};

/** Runs once; whether its claim holds. */
const runOnce = async (
  run: Omit<Run, 'folder' | 'progress'>,
  name: string,
  options: Options,
): Promise<boolean> => {
  const { out, json } = options;
  const root = out ?? mkdtempSync(join(tmpdir(), 'ledger-'));
  const bar = barFor(json);
  const folder = join(root, name);
  const full = { ...run, folder, progress: bar.update };
  const outcome = await runLedger(full).finally(bar.stop);
  const shortfalls = shortfallsOf(full, outcome, demandsOf(options, run));
  show(full, outcome, shortfalls, json);
  if (out === undefined && shortfalls.length === 0) rmSync(root, { recursive: true });
  else console.error(`The ledger is in ${folder}.`);
  return shortfalls.length === 0;
};

/** Kills the broker of one stack; whether the claim holds. */
const killAll = async (way: KillsWay, seed: number, json: boolean): Promise<boolean> => {
  const total = 100;
  const bar = barFor(json);
  const onProgress = ({ kills: done }: { kills: number }) => bar.update('kills', done, total);
  const result = await killBroker({ kills: total, seed, way, onProgress }).finally(bar.stop);
  const shortfalls = killShortfallsOf(result, total);
  if (json) {
    const bound = boundOf(result.acknowledged);
    console.log(JSON.stringify({ ...result, seed, holds: shortfalls.length === 0, shortfalls, bound }));
  } else console.log(killsReportOf(result, shortfalls));
  return shortfalls.length === 0;
};

const runAll = async (options: Options): Promise<void> => {
  const { seed = newSeed(), devices, viewers, rate, faults, minutes, ingest, long, json, out } = options;
  const ways = ingest === 'both' ? (['direct', 'queue'] as const) : [ingest];
  const run = { seed, devices, viewers, rate, kinds: faults, forMs: minutes * 60_000 };
  const names = [...ways, ...(long ? ['crashes'] : [])];
  const taken = names.filter((name) => out !== undefined && existsSync(join(out, name)));
  if (out !== undefined && taken.length > 0) {
    console.error(`${out} holds the ledger of another run (${taken.join(', ')}). Give another folder.`);
    process.exitCode = usageError;
    return;
  }
  try {
    if (out !== undefined) mkdirSync(out, { recursive: true });
  } catch (error) {
    console.error(`${out} cannot be made a folder (${String(error)}). Give another one.`);
    process.exitCode = usageError;
    return;
  }
  let allHold = true;
  for (const way of ways) allHold = (await runOnce({ ...run, ingest: way }, way, options)) && allHold;
  if (long) {
    const crashing = { ...run, ingest: 'direct' as const, crashes: 1_000 };
    allHold = (await runOnce(crashing, 'crashes', options)) && allHold;
    for (const way of ['queue', 'function'] as const) allHold = (await killAll(way, seed, json)) && allHold;
  }
  process.exitCode = allHold ? 0 : 1;
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await runAll(command.opts<Options>());
