import { Command } from 'commander';
import { parsed } from '../../infra/commandLine.ts';
import { claimLines } from './claim.ts';
import { arrivalClaim, longAmount, ratioClaim, shortAmount } from './push/claims.ts';
import { measurePush, type PushResult } from './push/measure.ts';

/**
 * What a post to `@connections` costs by the AWS SDK's client and by ours: see {@link measurePush}. Exit code 1 if a post is
 * missing, wrong, ill-signed or there twice, or if lean push makes fewer than five times as many posts of a second of CPU as
 * the SDK does, 64 at a time. The short form claims nothing about time.
 */
const command = new Command('npm run bench:push --')
  .description("Prints what a post to @connections costs in CPU and time, by the SDK's client and by ours.")
  .option('--json', 'print one JSON object instead of the table')
  .option('--short', 'run little: check what arrives, claim nothing about time');
type Options = { json?: true; short?: true };

const row = ({
  concurrency,
  client,
  postsPerCpuSecond,
  postsPerSecond,
  p50Ms,
  p99Ms,
  ratio,
}: PushResult): string =>
  `${String(concurrency).padStart(7)}  ${client.padEnd(22)}` +
  postsPerCpuSecond.toLocaleString('en').padStart(13) +
  postsPerSecond.toLocaleString('en').padStart(11) +
  `${p50Ms.toFixed(2).padStart(9)}${p99Ms.toFixed(2).padStart(9)}${ratio.toFixed(1).padStart(8)}`;

const table = (rounds: number, results: readonly PushResult[]): string =>
  [
    `Posts to @connections, medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ratio: posts per second of CPU against the SDK's\n`,
    'at once  client                  posts/CPU-s    posts/s   p50 ms   p99 ms   ratio',
    ...results.map(row),
  ].join('\n');

const run = async ({ json, short }: Options): Promise<void> => {
  const amount = short ? shortAmount : longAmount;
  const { results, arrived } = await measurePush(amount);
  const claims = [arrivalClaim({ arrived }), ...(short ? [] : [ratioClaim({ results })])];
  console.log(
    json
      ? JSON.stringify({ ...amount, results, arrived, claims })
      : `${table(amount.rounds, results)}\n\n${claimLines(claims)}`,
  );
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
