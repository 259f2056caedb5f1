import { availableParallelism } from 'node:os';

import { Command, Option } from 'commander';

import {
  type BehaviourOptions,
  addBehaviourOptions,
  behaviourHelp,
  behavioursOf,
} from './behaviour/behaviourOptions.ts';
import { type ConnectionOptions, addConnectionOptions, readConnection } from './connectionOptions.ts';
import { DevicesError } from './devicesError.ts';
import { displayOn } from './display.ts';
import {
  addModels,
  devicesPerWorker,
  parseBoot,
  parseDevices,
  parseDuration,
  parseIdPrefix,
  parseRate,
  parseRegions,
  parseWorkers,
  ratePerWorker,
} from './options.ts';
import { behaviourWarnings, limitWarning, shortfall, startFacts } from './report.ts';
import type { Screen } from './screen.ts';
import { type ResolvedSettings, defaults, withDefaults } from './settings.ts';

/** What commander makes of the options below. */
type Options = ConnectionOptions &
  BehaviourOptions & {
    readonly devices?: number;
    readonly rate: number;
    readonly duration?: number;
    readonly seed: string;
    readonly boot?: number;
    readonly regions: readonly string[];
    readonly model?: readonly string[];
    readonly models?: string;
    readonly fleetFile?: string;
    readonly idPrefix: string;
    readonly workers: number;
    readonly json?: boolean;
    readonly quiet?: boolean;
  };

/** The screens of a command line: what is asked for goes to `out`, warnings to `err`. */
type Io = { readonly out: Screen; readonly err: Screen; readonly signal: AbortSignal };

const examples = `
Examples:
  $ npm run devices -- simulate                                24 devices, one reading a second each, until Ctrl-C
  $ npm run devices -- simulate --devices 500 --rate 0.2       a large, slow fleet
  $ npm run devices -- simulate --duration 30 --json --quiet   a summary for a script
  $ npm run devices -- simulate --regions roof,cellar --seed home --broker mqtt://192.168.1.5:1883
  $ npm run devices -- simulate --model pump --offline 10%:30s/5m --duplicates all:2% --clock-skew 5%:-90s
  $ npm run devices -- simulate --devices 20000 --workers 4 --id-prefix lab2-
  $ npm run devices -- simulate --fleet-file fleet/fleet.json --transport aws-iot

Exit codes: 0 all well; 1 the broker could not be reached; 2 bad usage or a bad file; 3 not everything was acknowledged.
`;

const usage = (message: string): DevicesError => new DevicesError('bad_usage', message);

/** Throws DevicesError for options that say two things of one. */
const checkTogether = ({ fleetFile }: Options, given: (name: string) => boolean): void => {
  if (fleetFile !== undefined && (given('idPrefix') || given('regions')))
    throw usage(
      'The devices of --fleet-file have their names and regions: leave out --id-prefix and --regions.',
    );
};

/** Throws DevicesError for more than the processes can do. */
const checkLoad = (devices: number, { rate, workers }: Options): void => {
  const needed = Math.ceil(devices / devicesPerWorker);
  if (needed > workers)
    throw usage(
      `One process holds ${devicesPerWorker} devices: use --workers ${needed} for ${devices}, or fewer --devices.`,
    );
  if (devices * rate > ratePerWorker * workers)
    throw usage(
      `${devices} devices at ${rate} per second are more than the ${ratePerWorker} readings a second that one process can publish: lower --devices or --rate, or use more --workers.`,
    );
};

/** How many devices there will be, and where they connect. */
const aimOf = async (
  { devices, broker, fleetFile }: Options,
  given: (name: string) => boolean,
): Promise<{ readonly devices: number; readonly broker: string }> => {
  if (fleetFile === undefined) return { devices: devices ?? defaults.devices, broker };
  // Not at the top: the models take a while to load, which --help and mistakes need not wait for.
  const { aboutFleet } = await import('./loadFleet.ts');
  const { endpoint, count } = await aboutFleet(fleetFile);
  return { devices: Math.min(devices ?? count, count), broker: given('broker') ? broker : endpoint };
};

const settingsOf = async (options: Options, given: (name: string) => boolean): Promise<ResolvedSettings> => {
  checkTogether(options, given);
  const { devices, broker } = await aimOf(options, given);
  checkLoad(devices, options);
  const { model, models, duration, fleetFile, rate, seed, boot, regions, idPrefix, workers } = options;
  const connection = await readConnection({ ...options, broker });
  const durationMs = duration === undefined ? undefined : duration * 1_000;
  const named = { fleetFile, idPrefix: fleetFile === undefined ? idPrefix : '' };
  const fleet = { devices, regions, seed, models: model, modelsFile: models, ...named };
  return withDefaults(
    { ...fleet, connection, rate, boot, workers, durationMs, behaviours: behavioursOf(options) },
    Date.now(),
  );
};

const run = async (options: Options, given: (name: string) => boolean, io: Io): Promise<void> => {
  const settings = await settingsOf(options, given);
  const display = displayOn(io.out, options);
  // Not at the top: mqtt.js takes 0.2 s to load.
  const { simulate } = await import('./simulate.ts');
  try {
    const { progress: onProgress, progressMs } = display;
    const onStart = (): void => display.start(startFacts(settings));
    const summary = await simulate(settings, { signal: io.signal, onStart, onProgress, progressMs });
    display.summary(summary);
    const cores = availableParallelism();
    const warning = limitWarning(summary, { workers: settings.workers, cores });
    const warnings = [...behaviourWarnings(summary, settings), ...(warning === undefined ? [] : [warning])];
    for (const each of warnings) io.err.write(`${each}\n`);
    const problem = shortfall(summary);
    if (problem !== undefined) throw new DevicesError('partial_failure', problem);
  } finally {
    display.clear();
  }
};

const addFleetOptions = (command: Command): Command =>
  command
    .option(
      '-d, --devices <N>',
      `how many devices, 1-20000, ${devicesPerWorker} a worker (default: ${defaults.devices})`,
      parseDevices,
    )
    .option('-r, --rate <R>', 'readings per second of each device, 0.01-100', parseRate, defaults.rate)
    .option('--duration <SECONDS>', 'how long each device runs (default: until Ctrl-C)', parseDuration)
    .option('--seed <TEXT>', 'same seed, same devices, same values at the same time', defaults.seed)
    .option('--boot <N>', "the payloads' boot number (default: grows with every start)", parseBoot)
    .addOption(
      new Option('--regions <A,B>', 'the regions the devices are in')
        .argParser(parseRegions)
        .default(defaults.regions, defaults.regions.join(',')),
    )
    .option(
      '--model <TYPE>',
      'only such devices; repeat or give several by commas (see list-models)',
      addModels,
    )
    .option('--models <FILE>', 'models of your own, YAML or JSON')
    .option('--fleet-file <FILE>', 'devices that provision made, with their certificates')
    .option(
      '--id-prefix <TEXT>',
      "before every device name, so that these devices do not take over those of others, such as npm start ('' for none)",
      parseIdPrefix,
      'sim-',
    )
    .option('--workers <N>', 'processes that share the devices', parseWorkers, 1)
    .option('--json', 'one JSON object a line: start, progress each second, summary')
    .option('-q, --quiet', 'only the summary');

/** The `simulate` command. It shows itself on `out` and ends when `signal` aborts. */
export const simulateCommand = (io: Io): Command => {
  const command = new Command('simulate')
    .summary('publish readings of a simulated fleet over MQTT')
    .description(
      'Publish readings of a simulated fleet over MQTT (QoS 1, one connection per device), until Ctrl-C.',
    );
  addFleetOptions(command);
  command.optionsGroup('How devices connect:');
  addConnectionOptions(command);
  addBehaviourOptions(command);
  return command
    .addHelpText('after', `${behaviourHelp}${examples}`)
    .allowExcessArguments(false)
    .action((options: Options) => run(options, (name) => command.getOptionValueSource(name) === 'cli', io));
};
