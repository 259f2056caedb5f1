import { Command, InvalidArgumentError } from 'commander';
import { isGrant } from '../../fanout/grants.ts';
import { parsed, usageError, numberWithin } from '../commandLine.ts';
import { host, servers } from './ports.ts';

/** The issuer would sign any text; one that grants nothing is a slip of the finger. */
const grant = (text: string): string => {
  if (isGrant(text)) return text;
  throw new InvalidArgumentError(
    "Expected '*' or device:…, region:… or type:…, in which a final * stands for any rest.",
  );
};

const secondsOf = { s: 1, m: 60, h: 3_600, d: 86_400 };

const lifetime = (text: string): string => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * secondsOf[unit as keyof typeof secondsOf]; // NaN where nothing matched.
  if (seconds > 0 && seconds <= 7 * secondsOf.d) return text;
  throw new InvalidArgumentError('Expected 90s, 15m, 1h or the like, at most 7d.');
};

const command = new Command('npm run -s token --')
  .description('Prints a development token of the running twin, and nothing else.')
  .requiredOption(
    '--grant <grants...>',
    "what it may see: '*', 'region:eu-west', 'device:pump-*', 'type:pump'",
    (text: string, before: string[] | undefined) => [...(before ?? []), grant(text)],
  )
  .option('--expires <time>', 'how long it is good for, e.g. 90s, 15m, 1h; at most 7d', lifetime, '1h')
  .option('--subject <name>', 'whose token it is', 'developer')
  .option(
    '--issuer-port <port>',
    'where the twin’s issuer listens',
    numberWithin(1, 65_535),
    servers.issuer.port,
  );

type Options = { grant: string[]; expires: string; subject: string; issuerPort: number };

const fail = (message: string): void => {
  console.error(message);
  process.exitCode = usageError;
};

const ask = async ({ grant, expires, subject, issuerPort }: Options): Promise<void> => {
  const issuer = `http://${host}:${issuerPort}`;
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject, groups: grant, expiresIn: expires }),
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined);
  if (response === undefined) {
    fail(`No twin answers at ${issuer}; run npm start, or say where it is with --issuer-port.`);
    return;
  }
  if (response.status === 400) {
    fail('The issuer refuses this; give --expires as 90s, 15m, 1h or 7d, and names of 1 to 128 characters.');
    return;
  }
  const { token } = (await response.json().catch(() => ({}))) as { token?: unknown };
  if (typeof token === 'string') console.log(token);
  else fail(`What answers at ${issuer} is not the twin's issuer; say where that is with --issuer-port.`);
};

if (parsed(command, process.argv.slice(2))) await ask(command.opts<Options>());
