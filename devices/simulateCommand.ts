import { Command, Option } from 'commander';

import { DevicesError } from './devicesError.ts';
import { type Screen, displayOn } from './display.ts';
import {
  maxTotalRate,
  parseBoot,
  parseBroker,
  parseDevices,
  parseDuration,
  parseRate,
  parseRegions,
} from './options.ts';
import { defaults, withDefaults } from './settings.ts';

/** What commander makes of the options below. */
type Options = {
  readonly devices: number;
  readonly rate: number;
  readonly duration?: number;
  readonly seed: string;
  readonly boot?: number;
  readonly broker: string;
  readonly regions: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
};

const examples = `
Examples:
  $ npm run devices -- simulate                                24 devices, one reading a second each, until Ctrl-C
  $ npm run devices -- simulate --devices 500 --rate 0.2       a large, slow fleet
  $ npm run devices -- simulate --duration 30 --json --quiet   a summary for a script
  $ npm run devices -- simulate --regions roof,cellar --seed home --broker mqtt://192.168.1.5:1883
`;

/** Throws DevicesError for a rate that each device could keep and one process could not. */
const checkTotal = ({ devices, rate }: Options): void => {
  if (devices * rate <= maxTotalRate) return;
  throw new DevicesError(
    'bad_usage',
    `${devices} devices at ${rate} per second are more than the ${maxTotalRate} readings a second that one process can publish: lower --devices or --rate.`,
  );
};

const run = async (options: Options, screen: Screen, signal: AbortSignal): Promise<void> => {
  checkTotal(options);
  const { duration, json, quiet, ...rest } = options;
  const durationMs = duration === undefined ? undefined : duration * 1_000;
  const settings = withDefaults({ ...rest, durationMs }, Date.now());
  const display = displayOn(screen, { json, quiet });
  // Not at the top: mqtt.js takes 0.2 s to load, which --help and mistakes need not wait for.
  const { simulate } = await import('./simulate.ts');
  display.start(settings);
  try {
    const { progress: onProgress, progressMs } = display;
    display.summary(await simulate(settings, { signal, onProgress, progressMs }));
  } catch (error) {
    display.clear();
    throw error;
  }
};

/** The `simulate` command. It shows itself on `screen` and ends when `signal` aborts. */
export const simulateCommand = (screen: Screen, signal: AbortSignal): Command =>
  new Command('simulate')
    .summary('publish readings of a simulated fleet over MQTT')
    .description(
      'Publish readings of thermostats, pumps and energy meters over MQTT (QoS 1, one connection per device), until Ctrl-C.',
    )
    .option('-d, --devices <N>', 'how many devices, 1-5000', parseDevices, defaults.devices)
    .option('-r, --rate <R>', 'readings per second of each device, 0.01-100', parseRate, defaults.rate)
    .option('--duration <SECONDS>', 'stop after so long (default: Ctrl-C)', parseDuration)
    .option('--seed <TEXT>', 'same seed, same devices, same values at the same time', defaults.seed)
    .option('--boot <N>', "the payloads' boot number (default: grows with every start)", parseBoot)
    .option('--broker <URL>', 'where the MQTT broker is', parseBroker, defaults.broker)
    .addOption(
      new Option('--regions <A,B>', 'the regions the devices are in')
        .argParser(parseRegions)
        .default(defaults.regions, defaults.regions.join(',')),
    )
    .option('--json', 'one JSON object a line: start, progress each second, summary')
    .option('-q, --quiet', 'only the summary')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .action((options: Options) => run(options, screen, signal));
