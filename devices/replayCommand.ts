import { basename } from 'node:path';

import { Command } from 'commander';

import { wallClock } from './clock.ts';
import { addConnectionOptions, readConnection } from './connectionOptions.ts';
import { DevicesError } from './devicesError.ts';
import { type Mapping, asName } from './replay/mapping.ts';
import type { Pace } from './replay/pace.ts';
import type { Recording } from './replay/recording.ts';
import { replayDisplayOn, skippedLine } from './replay/replayDisplay.ts';
import { type ReplayOptions, addMappingOptions, addPaceOptions } from './replay/replayOptions.ts';
import { shortfall } from './report.ts';
import type { Screen } from './screen.ts';
import { withoutSecrets } from './withoutSecrets.ts';

type Io = { readonly out: Screen; readonly err: Screen; readonly signal: AbortSignal };

const examples = `
Examples:
  $ npm run devices -- replay weather.csv --speed 3600            an hour a second; the time is found by its name
  $ npm run devices -- replay log.csv --time when --time-format 'dd.MM.yyyy HH:mm' --map temperature=temp_c
  $ npm run devices -- replay fleet.csv --device-column station --fields pm10,no2 --rate 50 --loop
  $ npm run devices -- replay weather.csv --dry-run               the first ten readings, to nobody
  $ npm run -s watch -- --region eu-west --json > window.ndjson   records a live window ...
  $ npm run devices -- replay window.ndjson                       ... which needs no mapping

CSV with a header, TSV, or NDJSON, whose columns may be paths: --map temperature=data.temp. Times without a zone are UTC.
A connection publishes
100 readings a second at most: what was recorded faster is played at that. Numbers keep their units. Rows that cannot be read are counted and left out. Patterns have yyyy MM dd HH mm ss SSS.

Exit codes: 0 all well; 1 the broker could not be reached; 2 bad usage or a bad file; 3 not everything was acknowledged.
`;

const mappingOf = (path: string, options: ReplayOptions, given: (name: string) => boolean): Mapping => {
  const { time, timeFormat: parseTime, deviceColumn, device, idPrefix, region, regionColumn, type } = options;
  const wantsTimes = time ?? options.from ?? options.to ?? options.originalTime;
  const fields = options.fields ?? options.map;
  return {
    idPrefix,
    isTimeless: options.rate !== undefined && wantsTimes === undefined,
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
const checkTogether = (options: ReplayOptions, given: (name: string) => boolean): void => {
  if (options.rate !== undefined && given('speed'))
    throw usage('Give --speed, which keeps the rhythm of the recording, or --rate, which does not.');
  if (options.device !== undefined && options.deviceColumn !== undefined)
    throw usage('Give --device, one name for all rows, or --device-column.');
  if (given('region') && options.regionColumn !== undefined)
    throw usage('Give --region, one name for all rows, or --region-column.');
  if (options.from !== undefined && options.to !== undefined && options.from > options.to)
    throw usage('--from is after --to: nothing is between them.');
};

const paceOf = ({ speed, rate }: ReplayOptions): Pace => (rate === undefined ? { speed } : { rate });

/** Prints the first readings as they would be published, with the seconds after which each would be. */
const rehearse = async (
  recording: Recording,
  options: ReplayOptions,
  io: Io,
  boot: number,
): Promise<void> => {
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
  const leftOut = skippedLine(recording.skipped());
  if (leftOut !== undefined) io.err.write(`${leftOut}\n`);
};

const play = async (
  recording: Recording,
  file: string,
  options: ReplayOptions,
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
  options: ReplayOptions,
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
    .action((path: string, options: ReplayOptions) =>
      run(path, options, (name) => command.getOptionValueSource(name) === 'cli', io),
    );
};
