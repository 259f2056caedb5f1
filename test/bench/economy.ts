import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { parsed } from '../../infra/commandLine.ts';
import { claimLines } from './claim.ts';
import { totalOf } from './economyBill.ts';
import { costClaims, countClaims } from './economyClaims.ts';
import { runShape, type ShapeResult } from './economyRun.ts';
import { shortScene, standardScene, type Scene } from './economyScene.ts';
import { shapeNames, type Shape } from './economyShapes.ts';
import { billTable, notes, sensitivity, shapeLines } from './economyTable.ts';

/**
 * What the standard scene costs on AWS in four shapes. It is really run, on the twin, once for each; what AWS would bill is
 * counted and priced. Exit code 1 if `queue` costs more than a tenth of the naive shape, if a viewer misses a reading, if
 * a shape makes other posts than it should, or if this machine was too slow to gather batches as AWS does.
 */
const chosen = (text: string, before: Shape[] = []): Shape[] => {
  const shape = shapeNames.find((name) => name === text);
  if (shape !== undefined) return [...before, shape];
  throw new InvalidArgumentError(`Expected of ${shapeNames.join(', ')}.`);
};

const command = new Command('npm run bench:economy --')
  .description('Runs the same scene in four shapes and prints what AWS would bill for each, line by line.')
  .option('--shape <names...>', `only of ${shapeNames.join(', ')}`, chosen)
  .option('--short', '10 devices, 8 viewers, 5 s: checks the counts, claims nothing of costs')
  .option('--json', 'print one JSON object instead of the tables');
type Options = { shape?: Shape[]; short?: true; json?: true };

/** One bar a shape, on a terminal; nowhere else. */
const runWithBar = async (shape: Shape, scene: Scene, isShown: boolean): Promise<ShapeResult> => {
  const format = `${shape.padEnd(9)} {bar} {percentage} % of readings with their viewers {duration_formatted}`;
  const bar = new SingleBar({ format, clearOnComplete: true });
  if (isShown) bar.start(100, 0);
  try {
    return await runShape(shape, scene, (part) => bar.update(Math.floor(100 * part)));
  } finally {
    bar.stop();
  }
};

const run = async ({ shape: names = shapeNames, short, json }: Options): Promise<void> => {
  const scene = short ? shortScene : standardScene;
  const isShown = json === undefined && process.stdout.isTTY;
  const results: ShapeResult[] = [];
  for (const shape of names) {
    const result = await runWithBar(shape, scene, isShown);
    results.push(result);
    if (!isShown) console.error(`${new Date().toISOString()} ${shape} done`);
    for (const line of result.reported) console.error(`The twin, ${shape}: ${line}`);
  }
  const claims = [
    ...results.flatMap((result) => countClaims(scene, result)),
    ...(short ? [] : costClaims(scene, results)),
  ];
  if (json)
    console.log(
      JSON.stringify({
        scene,
        results: results.map((one) => ({ ...one, usd: totalOf(one.counts) })),
        claims,
      }),
    );
  else {
    const { devices, viewers, seconds } = scene;
    console.log(
      `${devices} devices at 1 Hz in 4 regions, ${viewers} viewers with one region each, ${seconds} s.\n`,
    );
    const parts = [shapeLines(results), billTable(scene, results), sensitivity(scene, results), notes(scene)];
    console.log([...parts, claimLines(claims)].filter((part) => part !== '').join('\n\n'));
  }
  if (!claims.every(({ holds }) => holds)) process.exitCode = 1;
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
