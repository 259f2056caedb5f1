import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../stack.testing.ts';
import { accountProblem } from './accountProblem.ts';
import { askedAccount, bootstrapCommand } from './askedAccount.ts';
import { nextSteps } from './nextSteps.ts';

const named = (name: string, message = '', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('before it deploys', () => {
  it.each([
    [
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      /no AWS credentials: sign in/,
    ],
    [named('Error', 'Region is missing'), /no AWS region: .*AWS_REGION/],
    [
      named('ExpiredToken', 'The security token included in the request is expired'),
      /expired .*sign in again/,
    ],
    [
      named('Error', 'getaddrinfo ENOTFOUND', {
        code: 'ENOTFOUND',
        hostname: 'cloudformation.eu-wset-1.amazonaws.com',
      }),
      /eu-wset-1\.amazonaws\.com cannot be reached.*AWS_REGION/,
    ],
    [named('ValidationError', 'Stack with id CDKToolkit does not exist'), /npx cdk bootstrap/],
  ])('says of "%s" what to do', async (error, sentence) => {
    expect(await accountProblem(() => Promise.reject(error))).toMatch(sentence);
  });

  it.each([
    [[], { toolkitStackName: 'CDKToolkit' }, 'npx cdk bootstrap'],
    [
      ['--require-approval', 'never', '--profile', 'prod'],
      { profile: 'prod', toolkitStackName: 'CDKToolkit' },
      'npx cdk bootstrap --profile prod',
    ],
    [
      ['--profile=prod', '--toolkit-stack-name', 'Tools', 'Fieldcast', '-c', 'a=b'],
      { profile: 'prod', toolkitStackName: 'Tools' },
      'npx cdk bootstrap --profile prod --toolkit-stack-name Tools',
    ],
    [['--profile'], { toolkitStackName: 'CDKToolkit' }, 'npx cdk bootstrap'],
  ])('given %j, asks with the credentials, and for the bootstrap, that the CDK CLI takes', async (...row) => {
    const [args, account, bootstrap] = row;
    expect(askedAccount(args)).toEqual(account);
    expect(bootstrapCommand(askedAccount(args))).toBe(bootstrap);
    const missing = named('ValidationError', `Stack with id ${account.toolkitStackName} does not exist`);
    const problem = await accountProblem(() => Promise.reject(missing), bootstrap);
    expect(problem?.endsWith(`prepare it once with ${bootstrap}.`)).toBe(true);
  });

  it('goes on where AWS answers, and where it only does not let this user look', async () => {
    expect(await accountProblem(() => Promise.resolve({}))).toBeUndefined();
    const denied = named('AccessDenied', 'is not authorized to perform: cloudformation:DescribeStacks');
    expect(await accountProblem(() => Promise.reject(denied))).toBeUndefined();
  });

  describe('without credentials', () => {
    const { PATH } = process.env;
    const env = {
      PATH,
      HOME: '/nonexistent',
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const file = fileURLToPath(new URL('../deploy.ts', import.meta.url));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', file, ...args], { env, encoding: 'utf8' });

    it('says that there are none, and builds nothing', () => {
      const { stdout, stderr, status } = run('deploy');
      expect({ stdout, stderr, status }).toEqual({
        stdout: '',
        stderr: expect.stringMatching(/^There are no AWS credentials: sign in .*\n$/) as string,
        status: 2,
      });
    });

    it('shows what else it takes', () => {
      const { stdout, status } = run('diff', '--help');
      expect(stdout).toContain('cdk diff');
      expect(status).toBe(0);
    });
  });
});

describe('after it has deployed', () => {
  const outputs = {
    WebSocketUrl: 'wss://abc.execute-api.eu-north-1.amazonaws.com/live',
    DashboardUrl: 'https://d1.cloudfront.net',
    UserPoolId: 'eu-north-1_Ab',
    DevicePolicyName: 'Fieldcast-device',
    OperationsDashboard: 'Fieldcast',
  };

  it('says how the first user and the first device are made, in the region of the stack', () => {
    const steps = nextSteps(outputs);
    expect(steps).toContain('admin-create-user --region eu-north-1 --user-pool-id eu-north-1_Ab');
    expect(steps).toContain('AWS_REGION=eu-north-1 npm run devices -- provision');
    expect(steps).toContain('--policy Fieldcast-device');
    expect(steps).toContain('\n  https://d1.cloudfront.net\n');
  });

  it('knows the outputs of the stack by their names', () => {
    const names = Object.keys(templateOf({}).toJSON()['Outputs'] as object);
    const steps = nextSteps(Object.fromEntries(names.map((name) => [name, `<${name}>`])));
    for (const name of Object.keys(outputs)) expect(steps).toContain(`<${name}>`);
  });

  it('says nothing of a user pool that the stack has not', () => {
    const { UserPoolId: _, ...without } = outputs;
    expect(nextSteps(without)).not.toContain('cognito-idp');
  });
});
