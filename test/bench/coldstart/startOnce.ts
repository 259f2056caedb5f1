import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What a start took: from the import of the module to a handler that is ready. Node's own start is not in it. */
export type Start = {
  readonly ms: number;
  /** Of all threads: what counts where a function has a share of a core. */
  readonly cpuMs: number;
  readonly isReady: boolean;
};

const script = `
const cpu = process.cpuUsage();
const begun = performance.now();
const { handler } = await import(process.argv[1]);
const ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1_000, isReady: typeof handler === 'function' }));
process.exit();
`;

const queue = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';

/** What a function is told by Lambda, and by the stack. */
const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'x'.repeat(800),
  AWS_LAMBDA_FUNCTION_NAME: 'Fieldcast',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  NODE_OPTIONS: '--enable-source-maps',
  ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abcdefghi',
  AUDIENCE: '1example23456789',
  ALLOWED_ORIGINS: 'https://dashboard.example.com',
  CALLBACK_URL: 'https://abcdef1234.execute-api.eu-central-1.amazonaws.com/live',
  CONNECTIONS_TABLE: 'Fieldcast-Connections',
  SUBSCRIPTIONS_TABLE: 'Fieldcast-Subscriptions',
  DEVICES_TABLE: 'Fieldcast-Devices',
  MEMBERS_TABLE: 'Fieldcast-Members',
  READINGS_TABLE: 'Fieldcast-Readings',
  PACES_TABLE: 'Fieldcast-Paces',
  DEBTS_TABLE: 'Fieldcast-Debts',
  REJECTS_QUEUE_URL: `${queue}Rejects`,
  LATER_QUEUE_URL: `${queue}Later`,
  HISTORY_MINUTES: '60',
  SUBSCRIPTION_CACHE_MS: '1000',
};

const run = promisify(execFile);

/** Starts a bundle in a Node process of its own. Throws with what it said if it did not start. */
export const startOnce = async (file: string): Promise<Start> => {
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', script, pathToFileURL(file).href],
    { env: environment },
  );
  return JSON.parse(stdout) as Start; // the script above
};
