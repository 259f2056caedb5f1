import { createServer } from 'node:http';
import type { Clock } from '../clock.ts';
import { closeServer, listen } from '../listen.ts';
import type { Report } from '../report.ts';
import { isFromWebPage } from '../webPage.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { answer, type Endpoint } from './endpoint.ts';
import type { MessageAttributes } from './message.ts';
import { createQueue, type Depth, type Queue } from './queue.ts';
import { queueSettings, type QueueSettings } from './queueSettings.ts';
import { queueNameOf } from './queueUrl.ts';
import { SqsError } from './sqsError.ts';

export type QueuesOptions = {
  /** `AWS::SQS::Queue`; others are passed over. */
  resources: readonly Resource[];
  host: string;
  /** 0 takes any free port. */
  port: number;
  region: string;
  account: string;
  clock: Clock;
  report: Report;
};

export type SendResult = { sent: true; messageId: string } | { sent: false; reason: string };

export type Queues = {
  /** What `AWS_ENDPOINT_URL_SQS` is to be. */
  endpoint: string;
  port: number;
  /** Sends from inside the twin, without the network and without a signature. */
  send: (urlOrArn: string, body: string, attributes?: MessageAttributes) => SendResult;
  /** How many messages a queue holds; undefined when there is no such queue. */
  depth: (urlOrArn: string) => Depth | undefined;
  /** The queue itself, for what receives from it inside the twin. */
  find: (urlOrArn: string) => Queue | undefined;
  close: () => Promise<void>;
};

/**
 * Starts the queues of a template behind one HTTP endpoint that speaks SQS's JSON protocol. Messages are in memory.
 * Throws TwinError: `port_taken`, `unsupported_queue` (FIFO), `unknown_queue` (a dead-letter queue not in the template).
 */
export const startQueues = async (options: QueuesOptions): Promise<Queues> => {
  const { resources, host, account, clock, report } = options;
  const settings = resources
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map((resource) => queueSettings(resource, options, report));
  const queues = createQueues(settings, clock);
  const find = (urlOrArn: string): Queue | undefined => queues.get(queueNameOf(urlOrArn));

  const served: Endpoint = { queues, account, endpoint: '' };
  const server = createServer((request, response) => {
    if (isFromWebPage(request)) response.writeHead(403).end();
    else void answer(served, request, response);
  });
  const port = await listen(server, { host, port: options.port, name: 'SQS' });
  served.endpoint = `http://${host}:${port}`;

  return {
    endpoint: served.endpoint,
    port,
    send: (urlOrArn, body, attributes = {}) => sendTo(find(urlOrArn), urlOrArn, { body, attributes }),
    depth: (urlOrArn) => find(urlOrArn)?.depth(),
    find,
    close: () => closeServer(server),
  };
};

const createQueues = (all: readonly QueueSettings[], clock: Clock): Map<string, Queue> => {
  const queues = new Map<string, Queue>();
  for (const settings of all) {
    const deadLetterName = queueNameOf(settings.redrive?.deadLetterArn ?? '');
    if (settings.redrive !== undefined && !all.some(({ name }) => name === deadLetterName)) {
      throw new TwinError(
        'unknown_queue',
        `Queue ${settings.name} gives up messages to ${settings.redrive.deadLetterArn}, which the template does not have.`,
      );
    }
    queues.set(
      settings.name,
      createQueue(settings, clock, () => queues.get(deadLetterName)),
    );
  }
  return queues;
};

const sendTo = (
  queue: Queue | undefined,
  urlOrArn: string,
  draft: { body: string; attributes: MessageAttributes },
): SendResult => {
  if (queue === undefined) return { sent: false, reason: `There is no queue ${urlOrArn}.` };
  try {
    return { sent: true, messageId: queue.send(draft).id };
  } catch (error) {
    if (error instanceof SqsError) return { sent: false, reason: error.message };
    throw error;
  }
};
