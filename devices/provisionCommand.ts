import { Command, InvalidArgumentError } from 'commander';

import { isName } from '../fanout/names.ts';
import { DevicesError } from './devicesError.ts';
import { models as builtIn } from './models/models.ts';
import type { Wanted } from './provision/provision.ts';
import { showWork } from './provision/showWork.ts';
import type { Screen } from './screen.ts';

type Options = {
  readonly count?: number;
  readonly prefix?: string;
  readonly things?: readonly string[];
  readonly region: string;
  readonly type?: string;
  readonly models?: string;
  readonly policy?: string;
  readonly out: string;
  readonly endpoint?: string;
  readonly twin?: boolean;
  readonly yes?: boolean;
  readonly undo?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
};

/** Where `npm start` serves the AWS IoT API, unless it is told otherwise. */
const twinEndpoint = 'http://127.0.0.1:4006';

/** As the stack calls it. */
const defaultPolicy = 'Fieldcast-device';

const maxCount = 10_000;

const examples = `
Examples:
  $ npm run devices -- provision --count 20 --prefix pump --type pump --out fleet            what it would do on AWS
  $ npm run devices -- provision --count 20 --prefix pump --type pump --out fleet --yes      do it; again repairs what is missing
  $ npm run devices -- provision --things lab-1,lab-2 --region lab --out lab --twin --yes    on the twin that npm start runs
  $ npm run devices -- simulate --fleet-file fleet/fleet.json                                devices with these certificates
  $ npm run devices -- provision --undo --out fleet --yes                                    remove all of it again

Credentials and region of AWS come from where its other tools take them: AWS_PROFILE, AWS_REGION, aws sso login.

Exit codes: 0 all done, also when stopped after a thing; 1 AWS or the twin refused or could not be reached; 2 bad usage or a bad
file; 3 something was left alone.
`;

const parseCount = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= maxCount) return Number(text);
  throw new InvalidArgumentError(`Give a whole number from 1 to ${maxCount}.`);
};

const parseName = (text: string): string => {
  if (isName(text)) return text;
  throw new InvalidArgumentError('Give a name of letters, digits, ":", "_" and "-".');
};

const parseNames = (text: string): readonly string[] => [...new Set(text.split(',').map(parseName))];

/** AWS IoT API reference, CreatePolicy. */
const parsePolicy = (text: string): string => {
  if (/^[\w+=,.@-]{1,128}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of an IoT policy.');
};

const parseEndpoint = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new InvalidArgumentError(`Give a URL such as ${twinEndpoint}.`);
};

/** `pump-001` to `pump-020`: a larger fleet begins with the names of a smaller one. */
const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);

const namesIn = ({ count, prefix, things, type }: Options): readonly string[] | undefined => {
  if (things !== undefined && count !== undefined)
    throw new DevicesError('bad_usage', 'Give either --count or --things.');
  if (prefix !== undefined && count === undefined)
    throw new DevicesError(
      'bad_usage',
      'Say with --count how many things have names that begin with --prefix.',
    );
  if (count === undefined) return things;
  const names = numbered(prefix ?? type ?? 'device', count);
  if (names.every(isName)) return names;
  throw new DevicesError(
    'bad_usage',
    'The names would be longer than 128 characters: give a shorter --prefix.',
  );
};

/** Throws DevicesError `bad_usage` for a type that neither we nor the file of custom models has. */
const checkType = async ({ type, models: file }: Options): Promise<void> => {
  if (type === undefined && file === undefined) return;
  // Not at the top: YAML takes a while to load, and most runs have no file.
  const custom =
    file === undefined ? [] : await (await import('./models/custom/readModels.ts')).readModels(file);
  const known = [...builtIn, ...custom].map((model) => model.type);
  if (type === undefined || known.includes(type)) return;
  throw new DevicesError(
    'bad_usage',
    `There is no model "${type}": give as --type one of ${known.join(', ')}, or with --models the file that has it.`,
  );
};

const run = async (options: Options, screen: Screen, signal: AbortSignal): Promise<void> => {
  const { region, type, out } = options;
  const names = namesIn(options);
  await checkType(options);
  const endpoint = options.endpoint ?? (options.twin === true ? twinEndpoint : undefined);
  const isDone = options.yes === true;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  // Not at the top: the SDK takes a while to load, which --help and mistakes need not wait for.
  const [{ awsThingRegistry }, { fleetFolder }, { provision, undo }, { caOf }] = await Promise.all([
    import('./provision/awsThingRegistry.ts'),
    import('./provision/fleetFolder.ts'),
    import('./provision/provision.ts'),
    import('./provision/caOf.ts'),
  ]);
  const folder = fleetFolder(out);
  if (options.undo !== true) await folder.check();
  const fleet = await folder.read();
  const api = endpoint ?? fleet?.api;
  const policy = options.policy ?? fleet?.policy ?? defaultPolicy;
  const show = showWork(screen, { ...options, isDone, isUndo: options.undo === true });
  const ports = { registry: awsThingRegistry(api), folder, signal, onWork: show.work };
  try {
    if (options.undo === true) {
      show.undone(await undo(ports, { things: names, api, isDone }), folder.file, signal.aborted);
      if (fleet === undefined)
        throw new DevicesError('bad_file', `There is no fleet in ${out}: give its folder with --out.`);
      return;
    }
    const wanted: readonly Wanted[] | undefined =
      names?.map((thing) => ({ thing, region, ...(type !== undefined && { type }) })) ?? fleet?.devices;
    if (wanted === undefined)
      throw new DevicesError(
        'bad_usage',
        'Say what to provision: --count 20 --prefix pump, or --things a,b.',
      );
    const ca = api === undefined ? undefined : await caOf(api);
    const all = await provision(ports, { wanted, policy, ca, api, isDone });
    show.provisioned(all, folder.file, signal.aborted);
  } finally {
    show.clear();
  }
};

/** The `provision` command. It shows itself on `screen`; when `signal` aborts it stops after the thing in work. */
export const provisionCommand = (screen: Screen, signal: AbortSignal): Command =>
  new Command('provision')
    .summary('give devices things and certificates in AWS IoT')
    .description(
      'Create things, certificates and their policy attachment in AWS IoT, and write a fleet file with them. Without --yes it only says what it would do. May be repeated: what is there stays, what is missing is made.',
    )
    .option('--count <N>', `how many things, 1-${maxCount}, named <prefix>-001 and so on`, parseCount)
    .option('--prefix <NAME>', 'what their names begin with (default: the type)', parseName)
    .option('--things <A,B>', 'things of these names instead', parseNames)
    .option('--region <NAME>', 'the region their readings are published for', parseName, 'eu-west')
    .option('--type <NAME>', 'the model that simulates them (default: dealt out)', parseName)
    .option('--models <FILE>', 'a file of custom models, which --type may name too')
    .option(
      '--policy <NAME>',
      `the IoT policy of their certificates (default: the fleet's, or ${defaultPolicy})`,
      parsePolicy,
    )
    .option('-o, --out <FOLDER>', 'where fleet.json, keys and certificates are', 'fleet')
    .option('--endpoint <URL>', 'an AWS IoT API other than AWS: a twin’s', parseEndpoint)
    .option('--twin', `the twin of npm start, ${twinEndpoint}`)
    .option('-y, --yes', 'do it')
    .option('--undo', 'remove what the fleet file names, or of it --things, instead')
    .option('--json', 'one JSON object a line: a thing each, then the summary')
    .option('-q, --quiet', 'only the summary')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .action((options: Options) => run(options, screen, signal));
