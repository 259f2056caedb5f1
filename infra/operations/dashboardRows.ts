import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { byReason, counted, timed } from './handlerMetrics.ts';
import { sumOf } from './sumOf.ts';
import type { Watched } from './watched.ts';

export type Graph = {
  readonly title: string;
  readonly lines: readonly IMetric[];
  /** By a scale of their own. */
  readonly right?: readonly IMetric[];
  readonly stacked?: boolean;
};

/** A question, and the graphs that answer it. */
export type Row = { readonly question: string; readonly graphs: readonly Graph[] };

const period = Duration.minutes(1);
const sum = { statistic: Stats.SUM, period } as const;
const most = { statistic: Stats.MAXIMUM, period } as const;

const comingIn = ({ rules, handlers }: Watched): Row => ({
  question: 'Do readings come in?',
  graphs: [
    {
      title: 'Messages that rules match, a minute',
      lines: rules.map(
        ({ ruleName, node }) =>
          new Metric({
            namespace: 'AWS/IoT',
            metricName: 'TopicMatch',
            dimensionsMap: { RuleName: ruleName },
            label: node.id,
            ...sum,
          }),
      ),
    },
    { title: 'Readings accepted, a minute', lines: [counted('ReadingsAccepted')] },
    {
      title: 'Invocations, a minute',
      lines: handlers.map((handler) => handler.metricInvocations({ ...sum, label: handler.service })),
    },
    { title: 'Devices that came and went, a minute', lines: [counted('PresenceEvents')] },
  ],
});

const accepted = (): Row => ({
  question: 'Are they accepted?',
  graphs: [
    {
      title: 'Accepted and rejected, a minute',
      lines: [counted('ReadingsAccepted'), counted('MessagesRejected')],
      stacked: true,
    },
    { title: 'Rejected, by reason', lines: [byReason('MessagesRejected')], stacked: true },
  ],
});

const delivered = (): Row => ({
  question: 'Are they matched and delivered?',
  graphs: [
    {
      title: 'Pairs of a reading and a viewer, a minute',
      lines: [counted('Matched'), counted('Delivered'), counted('Resent')],
    },
    {
      title: 'Delivered at once, % of what was due',
      lines: [
        new MathExpression({
          expression: 'IF(due > 0, 100 * delivered / due, 100)',
          usingMetrics: {
            delivered: counted('Delivered'),
            due: sumOf(
              (['Delivered', 'Gone', 'Busy', 'Refused'] as const).map((metric) => counted(metric)),
              { label: 'due', period },
            ),
          },
          label: 'delivered, %',
          period,
        }),
      ],
    },
  ],
});

const notDelivered = (): Row => ({
  question: 'What is not delivered, and why?',
  graphs: [
    {
      title: 'On purpose: folded, filtered, not granted, expired',
      lines: [counted('Folded'), counted('Filtered'), counted('NotGranted'), counted('TokenExpired')],
      stacked: true,
    },
    {
      title: 'Gone, busy, refused',
      lines: [counted('Gone'), counted('Busy'), counted('Refused')],
      stacked: true,
    },
    {
      title: 'Put off and never sent, by reason; connections ended for it',
      lines: [byReason('NotResent'), counted('NotResent'), counted('HungUp')],
    },
    {
      title: 'Handshakes refused, by reason',
      lines: [byReason('HandshakesRefused'), counted('HandshakesRefused')],
    },
  ],
});

const howLong = ({ handlers }: Watched): Row => ({
  question: 'How long from device to push?',
  graphs: [
    {
      title: 'Of what viewers got at once: from the rules engine until the last had it, ms',
      lines: [...timed('DeviceToPushMs', 50), ...timed('DeviceToPushMs', 99)],
    },
    {
      title: 'Where the time goes, watched or not: p99, ms',
      lines: [...timed('IngestMs', 99), ...timed('RecordMs', 99), ...timed('DeliverMs', 99)],
    },
    {
      title: 'Duration of functions: p99, ms',
      lines: handlers.map((handler) =>
        handler.metricDuration({ statistic: Stats.p(99), period, label: handler.service }),
      ),
    },
  ],
});

const watching = ({ stage }: Watched): Row => ({
  question: 'Who is watching?',
  graphs: [
    {
      title: 'Connections opened and closed, a minute',
      lines: [
        counted('ConnectionsOpened'),
        counted('ConnectionsClosed'),
        stage.metric('ConnectCount', { ...sum, label: 'handshakes' }),
      ],
    },
    {
      title: 'Messages of clients, and messages either way, a minute',
      lines: [counted('Requests')],
      right: [stage.metric('MessageCount', { ...sum, label: 'either way' })],
    },
    {
      title: 'Look-ups of who wants a reading, a minute',
      lines: [counted('CacheHits'), counted('CacheMisses')],
      stacked: true,
    },
  ],
});

const waiting = ({ queues }: Watched): Row => {
  const each = (metricOf: (queue: IQueue, label: string) => IMetric): IMetric[] =>
    Object.entries(queues).map(([name, queue]) => metricOf(queue, name));
  return {
    question: 'What waits in queues?',
    graphs: [
      {
        title: 'Messages waiting',
        lines: each((queue, label) => queue.metricApproximateNumberOfMessagesVisible({ ...most, label })),
      },
      {
        title: 'Age of the oldest, s',
        lines: each((queue, label) => queue.metricApproximateAgeOfOldestMessage({ ...most, label })),
      },
      {
        title: 'Put off on purpose',
        lines: each((queue, label) => queue.metricApproximateNumberOfMessagesDelayed({ ...most, label })),
      },
    ],
  };
};

const wrong = ({ handlers, stage, tables }: Watched): Row => ({
  question: 'What goes wrong?',
  graphs: [
    {
      title: 'Errors of functions (an authorizer’s are its 401s, too)',
      lines: handlers.map((handler) => handler.metricErrors({ ...sum, label: handler.service })),
      stacked: true,
    },
    {
      title: 'Throttles: functions, and tables on the right',
      lines: handlers.map((handler) => handler.metricThrottles({ ...sum, label: handler.service })),
      right: tables.flatMap((table) =>
        ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) =>
          table.metric(name, { ...sum, label: `${table.node.id} ${name}` }),
        ),
      ),
    },
    {
      title: 'Errors of the edge',
      lines: ['ClientError', 'IntegrationError', 'ExecutionError'].map((name) => stage.metric(name, sum)),
      stacked: true,
    },
    {
      title: 'The filter in trouble',
      lines: [
        counted('Retries'),
        counted('BreakerOpen'),
        counted('OutOfTime'),
        counted('DebtsForgotten'),
        counted('ForgetFailed'),
        counted('NoteFailed'),
      ],
    },
  ],
});

const cost = ({ handlers, tables, stage }: Watched): Row => ({
  question: 'What does it cost?',
  graphs: [
    {
      title: 'Posts to viewers, and readings',
      lines: [counted('Posts'), counted('ReadingsAccepted')],
    },
    {
      title: 'WebSocket messages, a minute ($1.00 a million)',
      lines: [stage.metric('MessageCount', { ...sum, label: 'messages' })],
    },
    {
      title: 'Invocations, a minute ($0.20 a million)',
      lines: [
        sumOf(
          handlers.map((handler) => handler.metricInvocations(sum)),
          { label: 'invocations', period },
        ),
      ],
    },
    {
      title: 'DynamoDB units, a minute (writes cost five reads)',
      lines: ['ConsumedWriteCapacityUnits', 'ConsumedReadCapacityUnits'].map((name) =>
        sumOf(
          tables.map((table) => table.metric(name, sum)),
          { label: name, period },
        ),
      ),
    },
  ],
});

/** The dashboard from top to bottom, as a reading goes. */
export const rows = (watched: Watched): readonly Row[] => [
  comingIn(watched),
  accepted(),
  delivered(),
  notDelivered(),
  howLong(watched),
  watching(watched),
  waiting(watched),
  wrong(watched),
  cost(watched),
];
