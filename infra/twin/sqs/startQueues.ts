import { createServer } from 'node:http';
import type { Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { noJournal, type Journal, type OpenJournal } from '../journal/journal.ts';
import { closeServer, listen } from '../listen.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import { isFromWebPage } from '../webPage.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { answer, type Endpoint } from './endpoint.ts';
import type { MessageAttributes } from './message.ts';
import { createQueue, type Depth, type Queue, type StoredMessage } from './queue.ts';
import { queueSettings, type QueueSettings } from './queueSettings.ts';
import { queueNameOf } from './queueUrl.ts';
import { sendInside, type SendResult } from './sendInside.ts';

export type QueuesOptions = {
  /** `AWS::SQS::Queue`; others are passed over. */
  resources: readonly Resource[];
  host: string;
  /** 0 takes any free port. */
  port: number;
  region: string;
  account: string;
  clock: Clock;
  /** Keeps messages from one start to the next; without it they end with the twin. */
  journal?: OpenJournal;
  faults?: Pick<Faults, 'hit'>;
  meter?: Pick<Meter, 'add'>;
  /** Who may do what. Everybody everything by default. */
  refusal?: Endpoint['refusal'];
  report: Report;
};

export type Queues = {
  /** What `AWS_ENDPOINT_URL_SQS` is to be. */
  endpoint: string;
  port: number;
  /**
   * Sends from inside the twin, without the network and without a signature; what `sqs.error` refuses is tried again for
   * some seconds. Rejects with `NotKept`.
   */
  send: (urlOrArn: string, body: string, attributes?: MessageAttributes) => Promise<SendResult>;
  /** How many messages a queue holds; undefined when there is no such queue. */
  depth: (urlOrArn: string) => Depth | undefined;
  /** The queue itself, for what receives from it inside the twin. */
  find: (urlOrArn: string) => Queue | undefined;
  close: () => Promise<void>;
};

/**
 * Starts the queues of a template behind one HTTP endpoint that speaks SQS's JSON protocol. Messages are in memory and,
 * where there is a journal, in that: a message that was sent is there again after the twin was killed.
 * Throws TwinError: `port_taken`, `unsupported_queue` (FIFO), `unknown_queue` (a dead-letter queue not in the template).
 */
export const startQueues = async (options: QueuesOptions): Promise<Queues> => {
  const { resources, host, account, faults = noFaults, meter = createMeter(), report } = options;
  const settings = resources
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map((resource) => queueSettings(resource, options, report));
  refuseStrayRedrive(settings);
  const journals = openJournals(settings, options.journal ?? noJournal);
  const queues = createQueues(settings, journals, { clock: options.clock, faults });
  const find = (urlOrArn: string): Queue | undefined => queues.get(queueNameOf(urlOrArn));

  const send = sendInside({ find, clock: options.clock, faults, meter });

  const { refusal = () => undefined } = options;
  const served: Endpoint = { queues, account, endpoint: '', faults, meter, refusal };
  const server = createServer((request, response) => {
    if (isFromWebPage(request)) response.writeHead(403).end();
    else void answer(served, request, response);
  });
  const closeJournals = async () => {
    await Promise.all([...journals.values()].map((journal) => journal.close()));
  };
  const port = await listen(server, { host, port: options.port, name: 'SQS' }).catch(
    async (error: unknown) => {
      await closeJournals();
      throw error;
    },
  );
  served.endpoint = `http://${host}:${port}`;

  return {
    endpoint: served.endpoint,
    port,
    send: (urlOrArn, body, attributes = {}) => send(urlOrArn, { body, attributes }),
    depth: (urlOrArn) => find(urlOrArn)?.depth(),
    find,
    close: async () => {
      await closeServer(server);
      await closeJournals();
    },
  };
};

type Journals = ReadonlyMap<string, Journal<StoredMessage>>;

const openJournals = (all: readonly QueueSettings[], open: OpenJournal): Journals =>
  new Map(all.map(({ name }) => [name, open<StoredMessage>(`queue-${name}`)] as const));

const refuseStrayRedrive = (all: readonly QueueSettings[]): void => {
  const names = new Set(all.map(({ name }) => name));
  for (const { name, redrive } of all)
    if (redrive !== undefined && !names.has(queueNameOf(redrive.deadLetterArn)))
      throw new TwinError(
        'unknown_queue',
        `Queue ${name} gives up messages to ${redrive.deadLetterArn}, which the template does not have.`,
      );
};

const createQueues = (
  all: readonly QueueSettings[],
  journals: Journals,
  parts: { clock: Clock; faults: Pick<Faults, 'hit'> },
): Map<string, Queue> => {
  const queues = new Map<string, Queue>();
  for (const settings of all) {
    const { name, redrive } = settings;
    const deadLetterQueue = () => queues.get(queueNameOf(redrive?.deadLetterArn ?? ''));
    const journal = journals.get(name) ?? noJournal<StoredMessage>(name);
    queues.set(name, createQueue(settings, { ...parts, journal, deadLetterQueue }));
  }
  return queues;
};
