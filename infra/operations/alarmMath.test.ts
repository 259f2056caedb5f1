import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { templateOf } from '../stack.testing.ts';
import { alarmsIn, type AlarmProperties, type Dimension, type Metric } from './template.testing.ts';

const alarms = alarmsIn(templateOf({ expectReadings: true }));

/** What CloudWatch has, by `Name`, or for one of several `Name of what`. What is not there has no data. */
type Data = Readonly<Record<string, number>>;

const logicalId = (value: unknown): string =>
  typeof value === 'string' ? value : ((value as { Ref?: string }).Ref ?? '');
/** A metric of ours is of a service, or of a reason; one of AWS's of a resource. */
const nameOf = ({ MetricName = '', Dimensions = [] }: Metric): string => {
  const by = (name: string): Dimension | undefined => Dimensions.find(({ Name }) => Name === name);
  const { Value } = by('reason') ?? by('service') ?? by('TableName') ?? by('FunctionName') ?? {};
  return Value === undefined ? MetricName : `${MetricName} of ${logicalId(Value)}`;
};

/** The functions of CloudWatch's metric math that alarms here use; the rest of its syntax is JavaScript's. */
const math = {
  FILL: (value: number | undefined, fallback: number) => value ?? fallback,
  IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
  MAX: (values: number[]) => Math.max(...values),
};

const valueOf = ({ Metrics = [], ...alone }: AlarmProperties, data: Data): number | undefined => {
  if (Metrics.length === 0) return data[nameOf(alone)];
  const context = createContext({
    ...math,
    ...Object.fromEntries(
      Metrics.flatMap(({ Id, MetricStat }) => (MetricStat ? [[Id, data[nameOf(MetricStat.Metric)]]] : [])),
    ),
  });
  // What an expression names comes after it: the alarm's own is the first.
  const expressions = Metrics.filter(({ MetricStat }) => MetricStat === undefined).toReversed();
  return expressions.reduce<number | undefined>(
    (_, { Id, Expression = '' }) => runInContext(`${Id} = ${Expression}`, context) as number, // Of numbers.
    undefined,
  );
};

const isOff = (name: string, data: Data): boolean => {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Test-${name}`);
  if (alarm === undefined) throw new Error(`There is no alarm ${name}.`);
  const { Threshold, ComparisonOperator, TreatMissingData } = alarm;
  const value = valueOf(alarm, data);
  if (value === undefined) return TreatMissingData === 'breaching';
  return {
    GreaterThanThreshold: value > Threshold,
    GreaterThanOrEqualToThreshold: value >= Threshold,
    LessThanThreshold: value < Threshold,
  }[ComparisonOperator];
};

const nothing: Data = {};
const accepted = (direct: number, queue = 0): Data => ({
  'ReadingsAccepted of direct': direct,
  'ReadingsAccepted of queue': queue,
});

const cases: [string, Data, 'goes off' | 'is quiet', string][] = [
  [
    'ReadingsRejected',
    { ...accepted(94), 'MessagesRejected of direct': 6 },
    'goes off',
    'at six of a hundred',
  ],
  [
    'ReadingsRejected',
    { ...accepted(95), 'MessagesRejected of direct': 5 },
    'is quiet',
    'at five of a hundred',
  ],
  ['ReadingsRejected', { ...accepted(9), 'MessagesRejected of direct': 9 }, 'is quiet', 'at a handful'],
  [
    'ReadingsRejected',
    { ...accepted(10, 10), 'MessagesRejected of queue': 2 },
    'goes off',
    'at both ways in together',
  ],
  ['ReadingsRejected', nothing, 'is quiet', 'where nothing comes'],
  [
    'PushesSlow',
    { 'DeviceToPushMs of queue': 3_000 },
    'goes off',
    'by one way in of which the other is not there',
  ],
  ['PushesSlow', { 'DeviceToPushMs of direct': 2_999 }, 'is quiet', 'below the setting'],
  ['PushesSlow', nothing, 'is quiet', 'where nothing comes'],
  ['ReadingsMissing', nothing, 'goes off', 'where nothing comes'],
  ['ReadingsMissing', accepted(1), 'is quiet', 'at a single reading'],
  ['PostsBusy', { 'Delivered of direct': 980, 'Busy of direct': 20 }, 'goes off', 'at two of a hundred'],
  ['PostsBusy', { 'Delivered of direct': 990, 'Busy of direct': 10 }, 'is quiet', 'at one of a hundred'],
  ['PostsBusy', nothing, 'is quiet', 'where nobody watches'],
  ['PostsRefused', { 'Refused of queue': 1 }, 'goes off', 'at a single one'],
  ['PostsRefused', { 'NotResent of refused': 1 }, 'goes off', 'at one that was put off before'],
  ['PostsRefused', { 'NotResent of gone': 9 }, 'is quiet', 'where viewers have left'],
  [
    'SignInErrors',
    {
      'Errors of ViewersAuthorizer': 10,
      'HandshakesRefused of no token': 6,
      'HandshakesRefused of token not valid': 4,
    },
    'is quiet',
    'where tokens are refused',
  ],
  [
    'SignInErrors',
    { 'Errors of ViewersAuthorizer': 10, 'HandshakesRefused of no token': 5 },
    'goes off',
    'where half of the errors are no refusals',
  ],
  [
    'EdgeErrors',
    { IntegrationError: 8, 'HandshakesRefused of connect': 8 },
    'is quiet',
    'where $connect refuses on purpose',
  ],
  ['EdgeErrors', { IntegrationError: 3, ExecutionError: 2 }, 'goes off', 'at errors of either kind'],
  ['ConnectionsNearQuota', { ConnectCount: 24_000 }, 'goes off', 'at 400 a second'],
  ['MessagesNearQuota', { MessageCount: 479_999 }, 'is quiet', 'below 8,000 a second'],
  ['ReadingsLostByFunction', { 'DestinationDeliveryFailures of PresenceFunction': 1 }, 'goes off', 'at one'],
  ['FailuresWaiting', { ApproximateNumberOfMessagesVisible: 1 }, 'goes off', 'at one'],
  ['RejectsWaiting', { ApproximateNumberOfMessagesVisible: 999 }, 'is quiet', 'below a thousand'],
  ['IngestLate', { ApproximateAgeOfOldestMessage: 120 }, 'goes off', 'at two minutes'],
  ['LaterLate', { ApproximateAgeOfOldestMessage: 299 }, 'is quiet', 'below five minutes'],
  ['ReadingErrors', { 'Errors of LaterFunction': 1 }, 'goes off', 'at one'],
  ['RequestErrors', { 'Errors of ViewersConnect': 1 }, 'goes off', 'at one'],
  ['RequestErrors', { 'Errors of LaterFunction': 1 }, 'is quiet', 'at one of a function that answers nobody'],
  ['FunctionsThrottled', { 'Throttles of PresenceFunction': 1 }, 'goes off', 'at one'],
  ['ReadsThrottled', { 'ReadThrottleEvents of TablesSubscriptions': 1 }, 'goes off', 'at one'],
  ['WritesThrottled', { 'ReadThrottleEvents of TablesSubscriptions': 1 }, 'is quiet', 'at reads'],
];

/** What CloudWatch is asked in its own language, of which nothing here knows. */
const isQuery = ({ Metrics = [] }: AlarmProperties): boolean =>
  Metrics.some(({ Expression }) => JSON.stringify(Expression ?? '').includes('SELECT '));

it('every alarm has a case here', () => {
  const names = alarms.filter((alarm) => !isQuery(alarm)).map(({ AlarmName }) => AlarmName);
  expect(new Set(cases.map(([name]) => `Test-${name}`))).toEqual(new Set(names));
});

it.each(cases)('%s, given %j, %s: %s', (name, given, does) => {
  // A function's id in the template has a hash behind its name.
  const ids = alarms.flatMap(({ Metrics = [] }) =>
    Metrics.flatMap(({ MetricStat }) => (MetricStat ? nameOf(MetricStat.Metric) : [])),
  );
  const data = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      ids.find((id) => id.replace(/[0-9A-F]{8}$/, '') === key) ?? key,
      value,
    ]),
  );
  expect(isOff(name, data)).toBe(does === 'goes off');
});
