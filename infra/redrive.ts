import { SQSClient } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { redrive, type Redriven, type RedriveQueues } from '../ingest/aws/redrive.ts';
import { sentenceFor } from './deploy/accountProblem.ts';
import { numberWithin, parsed, usageError } from './commandLine.ts';
import { host, servers } from './local/ports.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const command = new Command('npm run redrive --')
  .description(
    'Has everything tried again that failed until its retries ran out: of the twin that runs, or of a deployed stack.',
  )
  .option(
    '--rejects',
    'try the rejects again, too: after the fault in them, or in the parser, was mended',
    false,
  )
  .option(
    '--control-port <port>',
    'where the twin’s control server listens',
    numberWithin(1, 65_535),
    servers.control.port,
  )
  .option('--failures-queue <url>', 'the output FailuresQueueUrl of a deployed stack, with the next two')
  .option('--ingest-queue <url>', 'its output IngestQueueUrl')
  .option('--later-queue <url>', 'its output LaterQueueUrl')
  .option('--rejects-queue <url>', 'its output RejectsQueueUrl, for --rejects')
  .option('--json', 'print one line of JSON', false);

type Options = {
  rejects: boolean;
  controlPort: number;
  failuresQueue?: string;
  ingestQueue?: string;
  laterQueue?: string;
  rejectsQueue?: string;
  json: boolean;
};

type Urls = { failures: string; ingest: string; later: string; rejects?: string | undefined };

/** A twin's queues, by its control server. */
const ofTwin = async (port: number): Promise<Urls | undefined> => {
  const response = await fetch(`http://${host}:${port}/outputs`, {
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const outputs = (await response.json()) as Record<string, string>; // The control server's own.
  const { FailuresQueueUrl = '', IngestQueueUrl = '', LaterQueueUrl = '', RejectsQueueUrl } = outputs;
  return {
    failures: FailuresQueueUrl,
    ingest: IngestQueueUrl,
    later: LaterQueueUrl,
    rejects: RejectsQueueUrl,
  };
};

type Found = (Urls & { client: SQSClient }) | { problem: string };

const find = async (options: Options): Promise<Found> => {
  const { failuresQueue, ingestQueue, laterQueue, rejectsQueue, controlPort } = options;
  if (failuresQueue !== undefined || ingestQueue !== undefined || laterQueue !== undefined) {
    if (failuresQueue === undefined || ingestQueue === undefined || laterQueue === undefined)
      return {
        problem:
          'Give --failures-queue, --ingest-queue and --later-queue together, or none of them for the twin.',
      };
    if (options.rejects && rejectsQueue === undefined)
      return { problem: 'Give --rejects-queue with --rejects.' };
    const urls = { failures: failuresQueue, ingest: ingestQueue, later: laterQueue, rejects: rejectsQueue };
    const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(failuresQueue)?.[1];
    return { ...urls, client: new SQSClient(region === undefined ? {} : { region }) };
  }
  const urls = await ofTwin(controlPort);
  if (urls === undefined)
    return {
      problem: `No twin answers at http://${host}:${controlPort}; run npm start, say where it is with --control-port, or name the queues of a deployed stack.`,
    };
  const credentials = { accessKeyId: 'redrive', secretAccessKey: 'redrive' };
  const endpoint = new URL(urls.failures).origin;
  return { ...urls, client: new SQSClient({ endpoint, region: 'us-east-1', credentials }) };
};

/** A reject that is none any more does not come back; one that is comes within a batch's window and a moment. */
const rejectedAgainSeconds = 4;

const sentences = ({ readings, later, kept, returned }: Redriven): string[] => [
  `Tried again: ${readings} messages of devices, ${later} with updates for viewers.`,
  ...(returned === 0 ? [] : [`Failed again: ${returned}; they are where they were.`]),
  ...(kept === 0
    ? []
    : [
        `Left where they were: ${kept} that are not to be tried again, or of which nobody knows what they are.`,
      ]),
];

const run = async (options: Options): Promise<void> => {
  const found = await find(options);
  if ('problem' in found) {
    console.error(found.problem);
    process.exitCode = usageError;
    return;
  }
  const { client: sqs, failures, ingest, later, rejects } = found;
  const sum = { readings: 0, later: 0, kept: 0, returned: 0 };
  const redriveAll = async (from: string, waitSeconds: number): Promise<void> => {
    const queues: RedriveQueues = { from, ingest, later };
    const before = sum.readings;
    const onProgress = ({ readings }: { readings: number }): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r${before + readings} readings …`);
    };
    const redriven = await redrive({ sqs, queues, waitSeconds, onProgress })();
    for (const name of ['readings', 'later', 'kept', 'returned'] as const) sum[name] += redriven[name];
  };
  await redriveAll(failures, 1);
  if (options.rejects && rejects !== undefined) await redriveAll(rejects, rejectedAgainSeconds);
  if (process.stderr.isTTY) process.stderr.write('\r');
  if (options.json) console.log(JSON.stringify(sum));
  else for (const line of sentences(sum)) console.log(line);
  sqs.destroy();
};

try {
  if (parsed(command, process.argv.slice(2))) await run(command.opts<Options>());
} catch (error) {
  const problem = error instanceof Error ? sentenceFor(error) : undefined;
  if (problem === undefined) throw error;
  console.error(problem);
  process.exitCode = usageError;
}
