import { type Command, InvalidArgumentError, Option } from 'commander';

import type { ConnectionOptions } from '../connectionOptions.ts';
import { parseBoot, parseIdPrefix } from '../options.ts';
import { defaults } from '../settings.ts';
import { asName } from './mapping.ts';
import { type ParseTime, timeFormat } from './timeFormat.ts';

type Fields = ReadonlyMap<string, string>;

/** What commander makes of the options that `replay` has. */
export type ReplayOptions = ConnectionOptions & {
  readonly format?: 'csv' | 'tsv' | 'ndjson';
  readonly time?: string;
  readonly timeFormat: ParseTime;
  readonly device?: string;
  readonly deviceColumn?: string;
  readonly idPrefix: string;
  readonly region: string;
  readonly regionColumn?: string;
  readonly type?: string;
  readonly fields?: Fields;
  readonly map?: Fields;
  readonly speed: number;
  readonly rate?: number;
  readonly loop?: true;
  readonly from?: number;
  readonly to?: number;
  readonly originalTime?: true;
  readonly boot?: number;
  readonly dryRun?: number | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
};

const numberFrom =
  (what: string, least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give ${what} from ${least} to ${most}.`);
  };

const parseFormat = (text: string): ParseTime => {
  const parse = timeFormat(text);
  if (parse !== undefined) return parse;
  throw new InvalidArgumentError(
    'Give auto, iso, epoch-s, epoch-ms or a pattern with yyyy, MM and dd, such as "dd.MM.yyyy HH:mm".',
  );
};

const parseInstant = (text: string): number => {
  const ms = timeFormat('auto')?.(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError(
    'Give a time such as 2010-07-01T08:00:00Z, or milliseconds since the epoch.',
  );
};

const parseName = (text: string): string => {
  if (asName(text) === text) return text;
  throw new InvalidArgumentError('Give a name of 1 to 128 letters, digits, ":", "_" and "-".');
};

const parseFields = (text: string): Fields =>
  new Map(text.split(',').map((part): [string, string] => [part.trim(), part.trim()]));

const addMapping = (text: string, before: Fields = new Map()): Fields => {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
  throw new InvalidArgumentError('Give FIELD=COLUMN: temperature=temp_c.');
};

/** Adds the options that say what a row means. */
export const addMappingOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--format <NAME>', 'default: by the name of the file').choices(['csv', 'tsv', 'ndjson']),
    )
    .option('--time <COLUMN>', 'when it was (default: ts, time, timestamp, date, datetime or at)')
    .addOption(
      new Option('--time-format <FORMAT>', 'iso, epoch-s, epoch-ms, auto or a pattern')
        .argParser(parseFormat)
        .default(timeFormat('auto'), 'auto'),
    )
    .option('--device <NAME>', 'the one device (default: the name of the file)', parseName)
    .option('--device-column <COLUMN>', 'which device it was')
    .option(
      '--id-prefix <TEXT>',
      "before names that the recording tells, so that the devices of then do not take over those of now ('' for none)",
      parseIdPrefix,
      'replay-',
    )
    .option('--region <NAME>', 'where it is', parseName, defaults.regions[0])
    .option('--region-column <COLUMN>', 'where it was')
    .option('--type <NAME>', 'type of the devices (default: what a column `type` says, or none)', parseName)
    .option('--fields <A,B>', 'only these columns (default: all the others)', parseFields)
    .option('--map <FIELD=COLUMN>', 'a column under another name; may be given several times', addMapping);

/** Adds the options that say what is played of it, how fast, and how it is shown. */
export const addPaceOptions = (command: Command): Command =>
  command
    .option('--speed <N>', 'so many times as fast as it was', numberFrom('a number', 0.001, 1e7), 1)
    .option(
      '--rate <R>',
      'so many readings a second instead, over all devices; needs no times',
      numberFrom('a number of readings a second', 0.001, 20_000),
    )
    .option('--loop', 'over and over, until Ctrl-C')
    .option('--from <TIME>', 'only what was recorded then or later', parseInstant)
    .option('--to <TIME>', 'only what was recorded then or before', parseInstant)
    .option('--original-time', 'payloads keep the recorded time (default: as if it happened now)')
    .option('--boot <N>', "the payloads' boot number (default: grows with every start)", parseBoot)
    .option(
      '--dry-run [N]',
      'print the first N readings (10) and publish none',
      numberFrom('a number', 1, 1e9),
    )
    .option('--json', 'one JSON object a line: start, progress each second, summary')
    .option('-q, --quiet', 'only the summary');
