import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { numberWithin, parsed } from '../../infra/commandLine.ts';
import { claimLines } from './claim.ts';
import { dashboardCountClaims, dashboardTimeClaims } from './dashboard/claims.ts';
import { measureDashboard } from './dashboard/measureDashboard.ts';
import { shortScene, standardScene } from './dashboard/scene.ts';
import { dashboardTable } from './dashboard/table.ts';

/**
 * What the page is like under load, in real Chromium, beside a naive page: frames, long tasks, heap, age of what is shown;
 * how soon a first visitor sees a value; how a list of 10,000 scrolls. Exit code 1 if a claim fails. The short form claims
 * nothing about time.
 */
const command = new Command('npm run bench:dashboard --')
  .description('Measures the dashboard in real Chromium, beside a naive page.')
  .option('--short', 'run little: check the counts, claim nothing about time')
  .option(
    '--minutes <n>',
    'for how long our page stands the load, the first minute included',
    numberWithin(1, 600),
    10,
  )
  .option(
    '--scale <n>',
    'device pixels per CSS pixel of the screen that shows all devices: below 1 as if zoomed out',
    numberWithin(0.1, 2, { whole: false }),
    1,
  )
  .option('--json', 'print one JSON object instead of the table');
type Options = { short?: true; minutes: number; scale: number; json?: true };

/** A bar for each part, on a terminal, by time; lines elsewhere. */
const showing = (isTerminal: boolean) => {
  const bar = new SingleBar({ format: '{text} {bar} {duration_formatted}', clearOnComplete: true });
  let ticking: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(ticking);
    if (isTerminal) bar.stop();
  };
  const progress = (text: string, seconds: number): void => {
    stop();
    if (!isTerminal) {
      console.error(`${new Date().toISOString()} ${text}, some ${Math.ceil(seconds)} s`);
      return;
    }
    bar.start(Math.ceil(seconds), 0, { text: text.padEnd(18) });
    ticking = setInterval(() => bar.increment(), 1_000);
  };
  return { progress, stop };
};

const run = async ({ short, minutes, scale, json }: Options): Promise<void> => {
  const scene = short ? shortScene : standardScene(minutes);
  const { progress, stop } = showing(json === undefined && process.stdout.isTTY);
  const result = await measureDashboard(scene, { scale, progress }).finally(stop);
  const claims = [
    ...dashboardCountClaims(scene, result),
    ...(short ? [] : dashboardTimeClaims(scene, result)),
  ];
  console.log(
    json
      ? JSON.stringify({ scene, result, claims })
      : `${dashboardTable(scene, result)}\n\n${claimLines(claims)}`,
  );
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
