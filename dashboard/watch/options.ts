import { Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../fanout/limits.ts';
import { isName } from '../../fanout/names.ts';
import type { Condition } from '../../fanout/protocol.ts';
import type { Target } from '../../fanout/target.ts';
import { ConditionError, parseCondition } from '../condition.ts';
import { WatchError } from './watchError.ts';

/** What commander makes of the command line. */
export type Options = {
  readonly region: readonly string[];
  readonly device: readonly string[];
  readonly type: readonly string[];
  readonly where: readonly Condition[];
  readonly rate?: number;
  readonly since?: number;
  readonly json?: true;
  readonly url?: string;
  readonly token?: string;
  readonly dashboard: string;
};

const nameInto = (text: string, before: readonly string[]): readonly string[] => {
  if (isName(text)) return [...new Set([...before, text])];
  throw new InvalidArgumentError('Give a name of 1 to 128 letters, digits, ":", "_" and "-".');
};

const conditionInto = (text: string, before: readonly Condition[]): readonly Condition[] => {
  if (before.length === limits.conditions)
    throw new InvalidArgumentError(`Give at most ${limits.conditions} conditions.`);
  try {
    return [...before, parseCondition(text)];
  } catch (error) {
    throw error instanceof ConditionError ? new InvalidArgumentError(error.message) : error;
  }
};

const parseRate = (text: string): number => {
  const [rate, { least, most }] = [Number(text), limits.maxRate];
  if (/^\d*\.?\d+$/.test(text) && rate >= least && rate <= most) return rate;
  throw new InvalidArgumentError(`Give updates per second and device, ${least} to ${most}.`);
};

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `10m`, `1h` ago, or an instant in ISO 8601, as epoch ms. */
export const parseSince =
  (now: number) =>
  (text: string): number => {
    const [, count, unit = ''] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
    const ms = count === undefined ? Date.parse(text) : now - Number(count) * (unitMs[unit] ?? 0);
    if (ms >= 0) return ms;
    throw new InvalidArgumentError(
      'Give how long ago, as 90s, 10m or 1h, or a time as 2026-11-21T08:00:00Z.',
    );
  };

const parseUrl =
  (protocols: readonly string[], example: string) =>
  (text: string): string => {
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    throw new InvalidArgumentError(`Give an address such as ${example}.`);
  };

const examples = `
Examples:
  $ npm run watch -- --region eu-west                               beside npm start
  $ npm run watch -- --type thermostat --where 'temperature>30' --where 'humidity exists'
  $ npm run watch -- --region eu-west --rate 0.2                    each device every five seconds; the rest folded
  $ npm run -s watch -- --device kettle-1 --since 10m | head -3     NDJSON, what was recorded of late first
`;

/** The command line, without an action. `now` is epoch ms. */
export const watchCommand = (now: number): Command =>
  new Command('npm run watch --')
    .description(
      'Shows readings as they come: a table on a terminal; NDJSON, one update a line, when piped or with --json.',
    )
    .option(
      '-r, --region <NAME>',
      'watch a region; may be given several times, as the next two',
      nameInto,
      [],
    )
    .option('-d, --device <NAME>', 'watch a device', nameInto, [])
    .option('-t, --type <NAME>', 'watch a device type', nameInto, [])
    .option(
      '-w, --where <CONDITION>',
      `only readings for which it holds: 'temperature>30', 'door==true', 'name!=x', 'temperature changedBy 0.5', 'humidity exists'; several must all hold`,
      conditionInto,
      [],
    )
    .option('--rate <N>', 'at most so many updates per second of each device; the rest is folded', parseRate)
    .option('--since <TIME>', 'first what was recorded since: 90s, 10m, 1h ago, or ISO 8601', parseSince(now))
    .option('--json', 'NDJSON on a terminal too')
    .option(
      '--url <URL>',
      'the WebSocket API (default: what the dashboard says)',
      parseUrl(['ws:', 'wss:'], 'ws://127.0.0.1:4001/live'),
    )
    .addOption(
      new Option('--token <JWT>', 'who you are (default: a development token of the dashboard)').env(
        'FIELDCAST_TOKEN',
      ),
    )
    .option(
      '--dashboard <URL>',
      'where npm start serves the page',
      parseUrl(['http:', 'https:'], 'http://127.0.0.1:4000'),
      'http://127.0.0.1:4000',
    )
    .addHelpText('after', examples)
    .allowExcessArguments(false);

/** What is to be watched. Throws WatchError where that is nothing, or too much. */
export const targetsOf = ({ region, device, type }: Options): Target[] => {
  const targets: Target[] = [
    ...region.map((name) => ({ region: name })),
    ...device.map((name) => ({ device: name })),
    ...type.map((name) => ({ type: name })),
  ];
  if (targets.length === 0)
    throw new WatchError(
      'bad_usage',
      'Say what to watch: --region, --device or --type, e.g. --region eu-west.',
    );
  if (targets.length <= limits.subscriptions) return targets;
  throw new WatchError('bad_usage', `Watch at most ${limits.subscriptions} targets at a time.`);
};
