import { Command } from 'commander';
import { connectAsync } from 'mqtt';
import pLimit from 'p-limit';
import { numberWithin, parsed, usageError } from '../../infra/commandLine.ts';
import { host, servers } from '../../infra/local/ports.ts';
import { outcomeOf, type Outcome } from './bench.ts';
import { checks } from './checks.ts';
import type { Check, Edge, TokenOf } from './edge.ts';

const port = numberWithin(1, 65_535);

const command = new Command('npm run conformance --')
  .description('Holds a running edge to the wire contract, and prints what it found, one line a check.')
  .option('--url <url>', 'where viewers connect', `ws://${host}:${servers.websocket.port}/live`)
  .option('--mqtt <url>', 'where devices publish', `mqtt://${host}:${servers.mqtt.port}`)
  .option(
    '--issuer-port <port>',
    'where the twin’s issuer listens, which gives tokens out',
    port,
    servers.issuer.port,
  )
  .option('--origin <origin>', 'an origin that the edge lets in', `http://${host}:${servers.dashboard.port}`)
  .option('--only <words>', 'only checks whose names have these words in them')
  .option('--slow', 'the slow checks too')
  .option('--jobs <n>', 'checks at once', numberWithin(1, 16), 4)
  .option('--json', 'one line of JSON a check');

type Options = {
  url: string;
  mqtt: string;
  issuerPort: number;
  origin: string;
  only?: string;
  slow?: true;
  jobs: number;
  json?: true;
};

const tokensFrom =
  (issuer: string): TokenOf =>
  async (groups, { subject, expiresIn }) => {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject, groups, expiresIn }),
    });
    if (!response.ok) throw new Error(`The issuer answers ${response.status}.`);
    return ((await response.json()) as { token: string }).token; // As the issuer says.
  };

const print = (outcome: Outcome, json: boolean): void => {
  const { name, ms, passed } = outcome;
  if (json) console.log(JSON.stringify(outcome));
  else console.log(`${passed ? 'ok    ' : 'FAILED'} ${String(ms).padStart(6)} ms  ${name}`);
  if (!json && !outcome.passed) console.log(`       ${outcome.why}`);
};

const isUp = (issuer: string): Promise<boolean> =>
  fetch(`${issuer}/.well-known/jwks.json`).then(
    ({ ok }) => ok,
    () => false,
  );

const hasBroker = async (mqtt: string): Promise<boolean> => {
  try {
    const client = await connectAsync(mqtt, { connectTimeout: 3_000, reconnectPeriod: 0 }, false);
    await client.endAsync();
    return true;
  } catch {
    return false;
  }
};

const run = async ({ url, mqtt, issuerPort, origin, only, slow, jobs, json }: Options): Promise<void> => {
  const issuer = `http://${host}:${issuerPort}`;
  if (!(await isUp(issuer))) {
    console.error(`No issuer answers at ${issuer}; run npm start, or say where it is with --issuer-port.`);
    process.exitCode = usageError;
    return;
  }
  if (!(await hasBroker(mqtt))) {
    console.error(`No broker answers at ${mqtt}; say where devices publish with --mqtt.`);
    process.exitCode = usageError;
    return;
  }
  const edge: Edge = { url, mqttUrl: mqtt, origin, token: tokensFrom(issuer) };
  const chosen = checks
    .filter((check) => slow === true || check.slow !== true)
    .filter(({ name }) => name.includes(only ?? ''))
    .filter((check) => check.needs?.(edge) ?? true);
  const hold = async (check: Check): Promise<Outcome> => {
    const outcome = await outcomeOf(check, edge);
    print(outcome, json === true);
    return outcome;
  };
  const isSlow = (check: Check): boolean => check.slow === true;
  const quick = chosen.filter((check) => !isSlow(check));
  const outcomes = await pLimit(jobs).map(quick, hold);
  // Alone, since they keep the edge busy.
  for (const check of chosen.filter(isSlow)) outcomes.push(await hold(check));
  const failed = outcomes.filter(({ passed }) => !passed).length;
  if (json !== true) console.log(`${outcomes.length} checks, ${failed} failed.`);
  process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1;
};

if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
