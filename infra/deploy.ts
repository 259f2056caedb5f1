import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { usageError } from './commandLine.ts';
import { accountProblem } from './deploy/accountProblem.ts';
import { askedAccount, bootstrapCommand } from './deploy/askedAccount.ts';
import { nextSteps, type Outputs } from './deploy/nextSteps.ts';

/**
 * `npm run deploy`, `diff` and `destroy`: the CDK CLI that the lock file pins, asked only once it is known that AWS will answer (but
 * for `--help`), and what to do next. Everything after `--` is given to the CLI.
 */
const [verb = '', ...args] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const outputsFile = 'cdk.out/outputs.json';

const account = askedAccount(args);
if (account.profile !== undefined) process.env['AWS_PROFILE'] = account.profile;
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** The stack that `cdk bootstrap` makes, in the region where this one is to be. */
const describeBootstrap = (): Promise<unknown> =>
  new CloudFormationClient({ maxAttempts: 2 }).send(
    new DescribeStacksCommand({ StackName: account.toolkitStackName }),
  );

/** Resolves to the CLI's exit code. It keeps the terminal, to ask whether rights may be given. */
const cdk = (...words: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    spawn('node_modules/.bin/cdk', words, { cwd: root, stdio: 'inherit' })
      .on('error', reject)
      .on('close', (code) => resolve(code ?? 1));
  });

const deploy = async (): Promise<number> => {
  await rm(`${root}${outputsFile}`, { force: true });
  const code = await cdk('deploy', '--outputs-file', outputsFile, ...args);
  if (code !== 0) return code;
  const stacks = JSON.parse(await readFile(`${root}${outputsFile}`, 'utf8')) as Record<string, Outputs>; // The CLI's own.
  for (const outputs of Object.values(stacks)) console.log(nextSteps(outputs));
  return code;
};

const destroy = async (): Promise<number> => {
  const code = await cdk('destroy', ...args);
  if (code === 0)
    console.log('What is left in the account, and how to remove it: docs/deploy.md#remove-every-trace');
  return code;
};

const verbs = new Map([
  ['deploy', deploy],
  ['diff', () => cdk('diff', ...args)],
  ['destroy', destroy],
]);

const refuse = (problem: string): void => {
  console.error(problem);
  process.exitCode = usageError;
};

const run = verbs.get(verb);
if (run === undefined) refuse(`Say one of ${[...verbs.keys()].join(', ')}.`);
else if (args.includes('--help') || args.includes('-h')) process.exitCode = await cdk(verb, '--help');
else {
  const problem = await accountProblem(describeBootstrap, bootstrapCommand(account));
  if (problem === undefined) process.exitCode = await run();
  else refuse(problem);
}
