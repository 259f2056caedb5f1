import { Command, Option } from 'commander';
import { isForUser, parsed, usageError, numberWithin } from '../commandLine.ts';
import { faultFlag, type FaultFlag } from './faultFlag.ts';
import { functionLog } from './functionLog.ts';
import { portProblem, servers, type LocalPorts, type ServerName } from './ports.ts';
import { scaledClock } from '../twin/clock.ts';
import { createFaults } from '../twin/faults/faults.ts';

// Before anything of AWS's is imported: no validation of CDK's own output, no warning about Node 20 in every thread;
// and Lambda's clock is UTC.
process.env['CDK_VALIDATION'] = 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.env['TZ'] = 'UTC';

const command = new Command('npm start --')
  .description(
    'Runs Fieldcast on this machine: the twin of the AWS stack, the dashboard and simulated devices.',
  )
  .option('--devices <count>', 'devices to simulate, 0 for none', numberWithin(0, 5_000), 24)
  .option(
    '--rate <per second>',
    'readings per second and device',
    numberWithin(0.01, 100, { whole: false }),
    1,
  )
  .option('--data <folder>', 'keep tables and queues in this folder from one start to the next')
  .addOption(
    new Option(
      '--ingest <way>',
      'how readings come in: one invocation each, or by a queue, in batches of a second',
    )
      .choices(['direct', 'queue'])
      .default('direct'),
  )
  .option(
    '--fault <kind[:p=0.5,for=20s,…]>',
    'something that goes wrong from the start; may be repeated; more of it at the control server, /faults',
    faultFlag,
    [],
  )
  .option('--seed <number>', 'what faults are drawn by', numberWithin(0, 2 ** 32 - 1), 1)
  .option(
    '--verbose',
    'show every line that the functions log, and the access log of the viewers’ API',
    false,
  );
for (const [name, { port, what }] of Object.entries(servers))
  command.option(`--${name}-port <port>`, `where ${what} listens`, numberWithin(1, 65_535), port);

type Options = {
  devices: number;
  rate: number;
  data?: string;
  ingest: 'direct' | 'queue';
  fault: FaultFlag[];
  seed: number;
  verbose: boolean;
} & Record<`${ServerName}Port`, number>;

const portsIn = (options: Options): LocalPorts => ({
  dashboard: options.dashboardPort,
  websocket: options.websocketPort,
  dynamodb: options.dynamodbPort,
  issuer: options.issuerPort,
  sqs: options.sqsPort,
  control: options.controlPort,
  iot: options.iotPort,
  mqtt: options.mqttPort,
  mqtts: options.mqttsPort,
});

const say = (line: string): void => console.log(line);
const complain = (line: string): void => console.error(line);

const run = async (options: Options): Promise<void> => {
  const ports = portsIn(options);
  const problem = await portProblem(ports);
  if (problem !== undefined) {
    complain(problem);
    process.exitCode = usageError;
    return;
  }
  const leave = (): void => process.exit(130);
  process.on('SIGINT', leave).on('SIGTERM', leave); // Until there is something to stop.
  say('Starting: synthesizing the stack, building the page …');
  const [{ startLocal }, { banner }, { tallyLines }] = await Promise.all([
    import('./startLocal.ts'),
    import('./banner.ts'),
    import('./tally.ts'),
  ]);
  const clock = scaledClock();
  const faults = createFaults({ seed: options.seed, clock, tell: (line) => say(`fault: ${line}`) });
  const local = await startLocal({
    ...options,
    ports,
    clock,
    faults,
    settings: { ingest: options.ingest },
    report: (line) => complain(`twin: ${line}`),
    advise: complain,
    log: functionLog(complain, options.verbose),
    ...(options.verbose ? { accessLog: ({ stage, line }) => complain(`access ${stage}: ${line}`) } : {}),
  });
  try {
    for (const { kind, setting } of options.fault) await faults.set(kind, setting);
  } catch (error) {
    await local.close();
    throw error;
  }
  const token = await local.sign({ subject: 'wscat', groups: ['*'], expiresIn: '12h' });
  say(banner(local, { ports, token, seconds: process.uptime() }));

  const tellTally = (): void => {
    const tally = local.tally();
    for (const line of tallyLines(tally, { ...tally.queues, events: tally.events, unrouted: tally.unrouted }))
      say(line);
  };
  const stop = async (): Promise<void> => {
    const summary = await local.close();
    say('');
    if (summary)
      say(`Simulated devices: ${summary.published} published, ${summary.acknowledged} acknowledged.`);
    tellTally(); // What was on its way has been counted meanwhile.
  };
  /** A machine that is too busy to stop in time still says what it knows. */
  const giveUp = (): void => {
    say('');
    tellTally();
    complain('Not everything had come to rest when the twin stopped; what it was doing is not counted.');
    process.exit(1);
  };
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1); // Asked twice: at once, then.
    stopping = true;
    setTimeout(giveUp, 1_900).unref();
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(String(error));
        process.exit(1);
      },
    );
  };
  process.off('SIGINT', leave).off('SIGTERM', leave);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
};

if (parsed(command, process.argv.slice(2)))
  await run(command.opts<Options>()).catch((error: unknown) => {
    if (!isForUser(error)) throw error;
    complain(error.message);
    process.exitCode = usageError;
  });
