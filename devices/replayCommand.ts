import { basename } from 'node:path';

import { Command, InvalidArgumentError, Option } from 'commander';

import { wallClock } from './clock.ts';
import { type ConnectionOptions, addConnectionOptions, readConnection } from './connectionOptions.ts';
import { DevicesError } from './devicesError.ts';
import { parseBoot } from './options.ts';
import { type Mapping, asName } from './replay/mapping.ts';
import type { Pace } from './replay/pace.ts';
import type { Recording } from './replay/recording.ts';
import { replayDisplayOn } from './replay/replayDisplay.ts';
import { type ParseTime, timeFormat } from './replay/timeFormat.ts';
import { shortfall } from './report.ts';
import type { Screen } from './screen.ts';
import { defaults } from './settings.ts';
import { withoutSecrets } from './withoutSecrets.ts';

type Fields = ReadonlyMap<string, string>;

/** What commander makes of the options below. */
type Options = ConnectionOptions & {
  readonly format?: 'csv' | 'tsv' | 'ndjson';
  readonly time?: string;
  readonly timeFormat: ParseTime;
  readonly device?: string;
  readonly deviceColumn?: string;
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

type Io = { readonly out: Screen; readonly signal: AbortSignal };

const examples = `
Examples:
  $ npm run devices -- replay weather.csv --speed 3600            an hour a second; the time is found by its name
  $ npm run devices -- replay log.csv --time when --time-format 'dd.MM.yyyy HH:mm' --map temperature=temp_c
  $ npm run devices -- replay fleet.csv --device-column station --fields pm10,no2 --rate 50 --loop
  $ npm run devices -- replay weather.csv --dry-run               the first ten readings, to nobody
  $ npm run -s watch -- --region eu-west --json > window.ndjson   records a live window ...
  $ npm run devices -- replay window.ndjson                       ... which needs no mapping

CSV with a header, TSV, or NDJSON, whose columns may be paths: --map temperature=data.temp. Times without a zone are UTC.
Numbers keep their units. Rows that cannot be read are counted and left out. Patterns have yyyy MM dd HH mm ss SSS.

Exit codes: 0 all well; 1 the broker could not be reached; 2 bad usage or a bad file; 3 not everything was acknowledged.
`;

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

const mappingOf = (path: string, options: Options, given: (name: string) => boolean): Mapping => {
  const { time, timeFormat: parseTime, deviceColumn, device, region, regionColumn, type } = options;
  const fields = options.fields ?? options.map;
  return {
    time,
    parseTime,
    deviceColumn,
    device: device ?? asName(basename(path).replace(/\.[a-z]+$/i, '')) ?? 'recording',
    isDeviceGiven: device !== undefined,
    region,
    isRegionGiven: given('region'),
    regionColumn,
    type,
    fields: fields === undefined ? undefined : new Map([...(options.fields ?? []), ...(options.map ?? [])]),
  };
};

const usage = (message: string): DevicesError => new DevicesError('bad_usage', message);

/** Throws DevicesError for options that say two things of one. */
const checkTogether = (options: Options, given: (name: string) => boolean): void => {
  if (options.rate !== undefined && given('speed'))
    throw usage('Give --speed, which keeps the rhythm of the recording, or --rate, which does not.');
  if (options.device !== undefined && options.deviceColumn !== undefined)
    throw usage('Give --device, one name for all rows, or --device-column.');
  if (given('region') && options.regionColumn !== undefined)
    throw usage('Give --region, one name for all rows, or --region-column.');
  if (options.from !== undefined && options.to !== undefined && options.from > options.to)
    throw usage('--from is after --to: nothing is between them.');
};

const paceOf = ({ speed, rate }: Options): Pace => (rate === undefined ? { speed } : { rate });

/** Prints the first readings as they would be published, with the seconds after which each would be. */
const rehearse = async (recording: Recording, options: Options, io: Io, boot: number): Promise<void> => {
  const { scheduleOf } = await import('./replay/pace.ts');
  const { rehearsal } = await import('./replay/rehearsal.ts');
  const stamp = {
    epoch: wallClock.now(),
    boot,
    speed: options.speed,
    isOriginal: options.originalTime === true,
  };
  const count = options.dryRun === undefined || options.dryRun === true ? 10 : options.dryRun;
  const schedule = scheduleOf(paceOf(options));
  for await (const line of rehearsal(recording, schedule, stamp, count))
    io.out.write(`${JSON.stringify(line)}\n`);
};

const play = async (
  recording: Recording,
  file: string,
  options: Options,
  io: Io,
  boot: number,
): Promise<void> => {
  const connection = await readConnection(options);
  const display = replayDisplayOn(io.out, options);
  const { broker } = connection;
  const isLooped = options.loop === true;
  // Not at the top: mqtt.js takes 0.2 s to load, which --help and mistakes need not wait for.
  const [{ replay }, { openTransport }] = await Promise.all([
    import('./replay/replay.ts'),
    import('./transports/openTransport.ts'),
  ]);
  const transport = await openTransport(connection);
  display.start({ file, broker: withoutSecrets(broker), boot, ...paceOf(options), loop: isLooped });
  try {
    const { progressMs } = display;
    const ports = {
      clock: wallClock,
      transport,
      signal: io.signal,
      progressMs,
      onProgress: (progress: Parameters<typeof display.progress>[0]) =>
        display.progress(progress, isLooped ? undefined : recording.share()),
    };
    const settings = {
      broker,
      pace: paceOf(options),
      isLooped,
      isOriginalTime: options.originalTime === true,
      boot,
    };
    const summary = { ...(await replay(ports, recording, settings)), boot };
    display.summary(summary);
    const problem = shortfall(summary);
    if (problem !== undefined) throw new DevicesError('partial_failure', problem);
  } finally {
    display.clear();
  }
};

const run = async (
  path: string,
  options: Options,
  given: (name: string) => boolean,
  io: Io,
): Promise<void> => {
  checkTogether(options, given);
  const { openRecording } = await import('./replay/recording.ts');
  const { format, from, to } = options;
  const recording = await openRecording({ path, format, from, to, mapping: mappingOf(path, options, given) });
  // Grows with every start, as a real device's does.
  const boot = options.boot ?? Math.floor(wallClock.now() / 1_000);
  if (options.dryRun === undefined) await play(recording, path, options, io, boot);
  else await rehearse(recording, options, io, boot);
};

const addMappingOptions = (command: Command): Command =>
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
    .option('--region <NAME>', 'where it is', parseName, defaults.regions[0])
    .option('--region-column <COLUMN>', 'where it was')
    .option('--type <NAME>', 'type of the devices (default: what a column `type` says, or none)', parseName)
    .option('--fields <A,B>', 'only these columns (default: all the others)', parseFields)
    .option('--map <FIELD=COLUMN>', 'a column under another name; may be given several times', addMapping);

const addPaceOptions = (command: Command): Command =>
  command
    .option('--speed <N>', 'so many times as fast as it was', numberFrom('a number', 0.001, 1e7), 1)
    .option(
      '--rate <R>',
      'so many readings a second instead',
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

/** The `replay` command. It shows itself on `out` and ends with the recording, or when `signal` aborts. */
export const replayCommand = (io: Io): Command => {
  const command = new Command('replay')
    .summary('publish a recording again, CSV or NDJSON')
    .description(
      'Publish the readings of a recording again, as if it happened now, each device over a connection of its own.',
    )
    .argument('<file>', 'CSV with a header, TSV or NDJSON, of any size');
  addMappingOptions(command);
  addPaceOptions(command);
  addConnectionOptions(command.optionsGroup('How devices connect:'));
  return command
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .action((path: string, options: Options) =>
      run(path, options, (name) => command.getOptionValueSource(name) === 'cli', io),
    );
};
