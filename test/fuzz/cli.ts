import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { newSeed } from '../../fanout/seeded.testing.ts';
import { numberWithin, parsed } from '../../infra/commandLine.ts';
import { startForTest } from '../local.ts';
import { properties, type Found, type Property } from './property.ts';
import { header, textOf, type Row } from './row.ts';

const names = properties.map(({ name }) => name);

const chosen = (text: string, before: string[] = []): string[] => {
  if (names.includes(text)) return [...before, text];
  throw new InvalidArgumentError(`Expected of ${names.join(', ')}.`);
};

const part = numberWithin(0.000_01, 1, { whole: false });

const command = new Command('npm run fuzz --')
  .description('Runs the properties in full and prints one row each. Exit code 1 if one does not hold.')
  .option('--only <names...>', `of ${names.join(', ')}`, chosen)
  .option('--scale <part>', 'this part of the runs, above 0 up to 1', part, 1)
  .option('--seed <seed>', 'for the same runs again', numberWithin(0, 2 ** 31 - 1))
  .option('--json', 'one line of JSON a property');

type Options = { only?: string[]; scale: number; seed?: number; json?: boolean };
type Twin = Awaited<ReturnType<typeof startForTest>>;
type Run = { runs: number; seed: number; isShown: boolean; twin: () => Promise<Twin> };

/** On a terminal, below the rows; nowhere else. */
const barFor = (name: string, total: number, isShown: boolean) => {
  const format = `${name} {bar} {value}/{total} {duration_formatted}`;
  const bar = new SingleBar({ format, clearOnComplete: true });
  if (isShown) bar.start(total, 0);
  return bar;
};

/** Runs one property; what it throws is its failure. */
const rowOf = async (property: Property, { runs, seed, isShown, twin }: Run): Promise<Row> => {
  const { name } = property;
  const bar = barFor(name, runs, isShown);
  const run = { runs, seed, progress: (done: number) => bar.update(done) };
  const begun = performance.now();
  const finding =
    'check' in property
      ? property.check(run)
      : twin().then((local) => property.throughTwin({ ...run, local }));
  const found = await finding.catch((error: unknown): Found => ({ runs, failures: [String(error)] }));
  bar.stop();
  const { failures, remarks } = found;
  const seconds = Math.round(performance.now() - begun) / 1000;
  return {
    ...{ name, runs: found.runs, failures, seconds, seed },
    ...(remarks === undefined ? {} : { remarks }),
  };
};

const runAll = async ({ only = names, scale, seed = newSeed(), json = false }: Options): Promise<void> => {
  let starting: Promise<Twin> | undefined;
  const twin = () => (starting ??= startForTest({ settings: { subscriptionCacheMs: 100 } }));
  const isShown = !json && process.stdout.isTTY;
  let allHold = true;
  if (!json) console.log(header);
  try {
    for (const property of properties.filter(({ name }) => only.includes(name))) {
      const runs = Math.max(1, Math.round(property.runs * scale));
      const row = await rowOf(property, { runs, seed, isShown, twin });
      allHold &&= row.failures.length === 0;
      console.log(textOf(row, json));
    }
  } finally {
    const local = await starting;
    // What the twin could not do, or had to do twice, may be why a property does not hold.
    for (const line of new Set(local?.reported)) console.error(`The twin: ${line}`);
    await local?.close();
  }
  process.exitCode = allHold ? 0 : 1;
};

process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
if (parsed(command, process.argv.slice(2))) await runAll(command.opts<Options>());
