import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { parsed } from '../../infra/commandLine.ts';
import { claimLines } from './claim.ts';
import { pairsOf, readyClaim, sizeClaim, timeClaim } from './coldstart/claims.ts';
import { measureStarts, type Figures } from './coldstart/measureStarts.ts';

/**
 * What a start of each Lambda function loads, and how long that takes, beside the same handler written with the AWS SDK and bundled
 * whole. Exit code 1 if a start brings no handler, or if one is not smaller or not faster by as much as is claimed. The short form
 * claims nothing about time.
 */
const command = new Command('npm run bench:coldstart --')
  .description('Prints how much each function loads and how long it takes to start, by ours and by the SDK.')
  .option('--json', 'print one JSON object instead of the table')
  .option('--short', 'start each once: check sizes and counts, claim nothing about time');
type Options = { json?: true; short?: true };

const rounds = 25;

const figures = ({ bytes, p50Ms, p90Ms, cpuP50Ms }: Figures): string =>
  (bytes / 1_000).toFixed(1).padStart(9) +
  p50Ms.toFixed(1).padStart(9) +
  p90Ms.toFixed(1).padStart(9) +
  cpuP50Ms.toFixed(1).padStart(9);

const heads = ['KB', 'p50 ms', 'p90 ms', 'CPU ms'].map((head) => head.padStart(9)).join('');

const table = (starts: number, all: readonly Figures[]): string =>
  [
    `Starts of each function in a fresh Node ${process.version}, ${starts} of each, in turn; KB by gzip -9, CPU: median\n`,
    `${''.padEnd(12)}${'ours'.padStart(36)}${'with the SDK'.padStart(36)}   time`,
    `${''.padEnd(12)}${heads}${heads}`,
    ...pairsOf(all).map(
      ({ handler, ours, sdk }) =>
        handler.padEnd(12) + figures(ours) + figures(sdk) + (ours.p50Ms / sdk.p50Ms).toFixed(2).padStart(7),
    ),
  ].join('\n');

const run = async ({ json, short }: Options): Promise<void> => {
  const starts = short ? 1 : rounds;
  const bar = new SingleBar({ format: 'starts {bar} {duration_formatted}', clearOnComplete: true });
  const isShown = json === undefined && process.stdout.isTTY;
  if (isShown) bar.start(starts, 0);
  const all = await measureStarts(starts, (round) => isShown && bar.update(round)).finally(() => bar.stop());
  const claims = [readyClaim(all), sizeClaim(all), ...(short ? [] : [timeClaim(all)])];
  console.log(
    json ? JSON.stringify({ starts, all, claims }) : `${table(starts, all)}\n\n${claimLines(claims)}`,
  );
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
