import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { numberWithin, parsed } from '../../infra/commandLine.ts';
import { claimLines } from './claim.ts';
import type { Latency } from '../../devices/ledger/latency.ts';
import { stormCountClaims, stormTimeClaims } from './stormClaims.ts';
import { runStorm, type Phase, type StormReading, type StormResult } from './stormRun.ts';
import { longestSeconds, shortStorm, standardStorm, type Storm } from './stormScene.ts';

/**
 * What live viewers feel when most rows of their region are of viewers who left without a word, so that every post to them
 * ends in 410. The filter that meets them has never served them: one that has knows them all, and posts once to each, as it
 * did for the reading before. Exit code 1 if a dead connection is posted to more than twice, if rows stay, or if the live viewers' p99 more
 * than doubles.
 */
const command = new Command('npm run bench:storm --')
  .description('Puts 4,500 dead subscriptions beside 500 live ones and prints what becomes of either.')
  .addOption(
    new Option('--ingest <way>', 'how readings come in').choices(['direct', 'queue']).default('direct'),
  )
  .option('--devices <count>', 'how many speak, each once a second', numberWithin(1, 20), 1)
  .option('--short', '50 live and 1,500 dead: checks the counts, claims nothing that depends on time')
  .option('--json', 'print one JSON object instead of the table');
type Options = Pick<Storm, 'ingest' | 'devices'> & { short?: true; json?: true };

/** Of the storm, one by one: the first have the most to tell. */
const shownReadings = 10;

const seconds = ({ restSeconds, baselineSeconds }: Storm, phase: Phase): number =>
  phase === 'rest' ? restSeconds : phase === 'baseline' ? baselineSeconds : longestSeconds;

/** A bar for each phase, on a terminal, by time; nowhere else. */
const showing = (storm: Storm) => {
  const bar = new SingleBar({ format: '{phase} {bar} {duration_formatted}', clearOnComplete: true });
  let ticking: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(ticking);
    bar.stop();
  };
  return {
    phase: (phase: Phase): void => {
      stop();
      bar.start(seconds(storm, phase), 0, { phase: phase.padEnd(22) });
      ticking = setInterval(() => bar.increment(), 1_000);
    },
    stop,
  };
};

const figure = (value: number): string => Math.round(value).toLocaleString('en').padStart(12);
const row = (name: string, { n, p50, p99 }: Latency): string =>
  name.padEnd(12) + [n, p50, p99].map(figure).join('');

const readingRow = ({ live, dead }: StormReading, place: number): string =>
  row(`  reading ${place + 1}`, live) +
  (dead === undefined ? '' : `   ${dead.posts} posts to dead ones, ${dead.fromMs} to ${dead.toMs} ms`);

const table = ({ live, dead, devices, ingest }: Storm, { baseline, storm, readings }: StormResult): string =>
  [
    `${live} live viewers and ${dead} dead ones of one region; ${devices} readings a second, ${ingest}.\n`,
    `${' '.repeat(12)}${['deliveries', 'p50 ms', 'p99 ms'].map((head) => head.padStart(12)).join('')}`,
    row('Baseline', baseline),
    row('Storm', storm),
    ...readings.slice(0, shownReadings).map(readingRow),
  ].join('\n');

const run = async ({ short, json, ...given }: Options): Promise<void> => {
  const storm = { ...(short ? shortStorm : standardStorm), ...given };
  const shown = showing(storm);
  const isShown = json === undefined && process.stdout.isTTY;
  const told = (phase: Phase): void => console.error(`${new Date().toISOString()} ${phase}`);
  const result = await runStorm(storm, isShown ? shown.phase : told).finally(shown.stop);
  for (const line of result.reported) console.error(`The twin: ${line}`);
  const claims = [...stormCountClaims(storm, result), ...(short ? [] : stormTimeClaims(result))];
  console.log(
    json
      ? JSON.stringify({ scene: storm, result, claims })
      : `${table(storm, result)}\n\n${claimLines(claims)}`,
  );
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
