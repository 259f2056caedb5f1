import { Command } from 'commander';
import { numberWithin, parsed } from '../infra/commandLine.ts';
import { claimLines } from './bench/claim.ts';
import { wallClaims } from './wall/wallClaims.ts';
import { runWall, type Sample } from './wall/wallRun.ts';

/**
 * The page on a wall for two hours of a scaled clock, which page and twin share. Exit code 1 if its memory grows, if it
 * shows what is not of now, or if it needs a hand.
 */
const command = new Command('npm run wall --')
  .description('Runs the dashboard in wall mode for hours of a fast clock, and looks at its memory.')
  .option('--hours <n>', 'by the scaled clock', numberWithin(0.1, 240, { whole: false }), 2)
  .option('--speed <n>', 'how much faster it runs than the wall clock', numberWithin(1, 60), 30)
  .option(
    '--devices <n>',
    'how many publish, a reading every 2 s of the wall clock each',
    numberWithin(1, 500),
    12,
  )
  .option('--samples <n>', 'how often the page is looked at', numberWithin(4, 10_000), 24)
  .option('--json', 'print one JSON object at the end, and nothing before');
type Options = { hours: number; speed: number; devices: number; samples: number; json?: true };

const line = ({ minute, heap, nodes, listeners, state, tiles, lag, connections }: Sample): string =>
  `${String(minute).padStart(5)} min  heap ${(heap / 1e6).toFixed(2).padStart(6)} MB  ${String(nodes).padStart(6)} nodes  ` +
  `${String(listeners).padStart(4)} listeners  ${state.padEnd(11)}  ${tiles} tiles, ${lag} readings behind  ${connections} connections so far`;

const run = async ({ json, ...given }: Options): Promise<void> => {
  const began = performance.now();
  const show = (sample: Sample): void => (json ? console.error(line(sample)) : console.log(line(sample)));
  const result = await runWall(given, show);
  const claims = wallClaims(given, result);
  for (const text of new Set(result.reported)) console.error(`The twin: ${text}`);
  console.log(
    json
      ? JSON.stringify({ run: given, result, claims })
      : `\n${given.hours} hours in ${((performance.now() - began) / minuteMs).toFixed(1)} minutes, ${given.speed} times as fast; nobody touched the page.\n\n${claimLines(claims)}`,
  );
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

const minuteMs = 60_000;
process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
