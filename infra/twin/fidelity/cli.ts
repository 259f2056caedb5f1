import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { checks } from './checks.ts';
import { problemWith } from './consent.ts';
import { differences, play, type Finding } from './play.ts';
import { probe } from './probe.ts';
import type { World } from './world.ts';

/** How much faster the clock of the twin runs for checks that take minutes or hours. */
const slowSpeed = 2_000;

type Options = {
  account: boolean;
  region?: string;
  stack: string;
  slow: boolean;
  yes: boolean;
  json: boolean;
  compare?: string;
  template: boolean;
};

const command = new Command('npm run fidelity --')
  .description('Plays rules of AWS against the twin, or against a probe stack in an AWS account.')
  .option('--template', 'print the template of the probe stack, and nothing else', false)
  .option('--account', 'play against an AWS account, with the credentials of the environment', false)
  .option('--region <region>', 'of the account; by default AWS_REGION')
  .option('--stack <name>', 'the probe stack in the account', 'fidelity-probe')
  .option('--yes', 'an account is charged some cents for this', false)
  .option('--slow', 'in an account, wait for ten minutes and for two hours, too', false)
  .option('--json', 'print findings as JSON, for --compare', false)
  .option('--compare <file>', 'print what another run, kept with --json, saw differently');

const complain = (line: string): void => {
  console.error(line);
  process.exitCode = 2;
};

const lineOf = ({ name, source, holds, seen, expected }: Finding): string =>
  holds
    ? `holds   ${name} (${source})`
    : `DIFFERS ${name} (${source}): saw ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`;

const playIn = async (world: World, isSlow: boolean, json: boolean): Promise<Finding[]> => {
  try {
    const chosen = checks.filter(({ slow = false }) => slow === isSlow);
    return await play(chosen, world, (finding) => {
      if (!json) console.log(lineOf(finding));
    });
  } finally {
    await world.close();
  }
};

const onTwin = async (json: boolean): Promise<Finding[]> => {
  const { twinWorld } = await import('./twinWorld.ts');
  const quick = await playIn(await twinWorld(), false, json);
  return [...quick, ...(await playIn(await twinWorld({ speed: slowSpeed }), true, json))];
};

const inAccount = async (region: string, { stack, slow, json }: Options): Promise<Finding[]> => {
  const { accountWorld } = await import('./accountWorld.ts');
  const at = { region, stackName: stack };
  const quick = await playIn(await accountWorld(at), false, json);
  return slow ? [...quick, ...(await playIn(await accountWorld(at), true, json))] : quick;
};

const tell = (findings: readonly Finding[], { json, compare = '' }: Options, before?: Finding[]): void => {
  const held = findings.filter(({ holds }) => holds).length;
  if (json) console.log(JSON.stringify(findings, undefined, 2));
  else console.log(`\n${held} of ${findings.length} rules hold.`);
  if (held < findings.length) process.exitCode = 1;
  if (before === undefined) return;
  const different = differences(before, findings);
  for (const { name, before: there, after: here } of different)
    console.error(`${name}: ${JSON.stringify(there)} in ${compare}, ${JSON.stringify(here)} here`);
  if (different.length > 0) process.exitCode = 1;
};

const run = async (options: Options): Promise<void> => {
  const { account, region = process.env['AWS_REGION'] ?? '', compare, json } = options;
  if (options.template) {
    console.log(JSON.stringify(probe, undefined, 2));
    return;
  }
  const problem = account ? problemWith({ ...options, region }) : undefined;
  if (problem !== undefined) {
    complain(problem);
    return;
  }
  // Read first: what it is compared with is missing before anything was paid for. A cast: the file is what --json wrote.
  const before =
    compare === undefined ? undefined : (JSON.parse(await readFile(compare, 'utf8')) as Finding[]);
  tell(account ? await inAccount(region, options) : await onTwin(json), options, before);
};

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  await run(command.parse().opts<Options>());
} catch (error) {
  const { name = '', code = '', path = '' } = error as { name?: string; code?: string; path?: string }; // Of whatever kind.
  if (name === 'CredentialsProviderError')
    complain('There are no AWS credentials: sign in (aws sso login, AWS_PROFILE, …), then run this again.');
  else if (code === 'ENOENT')
    complain(`There is no file ${path}: run this with --json first, and keep what it prints.`);
  else if (error instanceof SyntaxError) complain('The file to compare with is not what --json prints.');
  else throw error;
}
