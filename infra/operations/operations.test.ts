import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { metrics, metricsNamespace } from '../../fanout/metrics.ts';
import type { SettingsInput } from '../settings.ts';
import { templateOf } from '../stack.testing.ts';
import { alarmsIn, dashboardIn, type AlarmProperties } from './template.testing.ts';

const templateWith = (more: SettingsInput): Template =>
  templateOf({
    issuer: 'https://issuer.example.com',
    audience: 'viewers',
    hosting: false,
    ...more,
  });

const template = templateWith({ alarmEmail: 'ops@example.com', monthlyBudgetUsd: 40, expectReadings: true });
const plain = templateWith({});
const alarms = alarmsIn(template);
const dashboard = dashboardIn(template);

const named = (name: string): AlarmProperties => {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Test-${name}`);
  if (alarm === undefined) throw new Error(`There is no alarm ${name}.`);
  return alarm;
};

/** Every metric that an alarm watches, by itself or in an expression. */
const metricsOf = ({ Metrics = [], MetricName, Namespace, Dimensions }: AlarmProperties) => [
  ...(MetricName === undefined ? [] : [{ MetricName, Namespace, Dimensions }]),
  ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
];

describe('an alarm', () => {
  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s tells one topic when it goes off, and when it is over',
    (_, { AlarmActions, OKActions }) => {
      const topic = [{ Ref: expect.stringMatching(/^OperationsNoticesTopic/) as string }];
      expect({ AlarmActions, OKActions }).toEqual({ AlarmActions: topic, OKActions: topic });
    },
  );

  it('takes ten metrics at most, as CloudWatch demands', () => {
    expect(alarms.filter((alarm) => metricsOf(alarm).length > 10)).toEqual([]);
  });

  it('says what silence means to it', () => {
    const treated = (as: string) => alarms.filter(({ TreatMissingData }) => TreatMissingData === as);
    expect(treated('breaching')).toEqual([named('ReadingsMissing')]);
    expect(treated('ignore')).toEqual([named('FailuresWaiting'), named('RejectsWaiting')]);
    expect(treated('notBreaching')).toHaveLength(alarms.length - 3);
  });

  it('of readings that do not come is there only where somebody expects some', () => {
    const names = alarmsIn(plain).map(({ AlarmName }) => AlarmName);
    expect(names).toHaveLength(alarms.length - 1);
    expect(names).not.toContain('Test-ReadingsMissing');
  });
});

describe('what handlers count', () => {
  it('is asked of CloudWatch by names that they write', () => {
    const asked = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === metricsNamespace);
    expect(asked.length).toBeGreaterThan(10);
    for (const { MetricName } of asked) expect(Object.keys(metrics)).toContain(MetricName);
  });

  it('is all on the dashboard, and nothing that they do not count', () => {
    const shown = new Set(
      [...dashboard.matchAll(/\["Fieldcast","(\w+)"|\{Fieldcast,[\w,]+\} MetricName=\\"(\w+)\\"/g)].map(
        ([, metric, searched]) => metric ?? searched,
      ),
    );
    expect([...shown].toSorted()).toEqual(Object.keys(metrics).toSorted());
  });
});

describe('the stack is watched whole', () => {
  const idsOf = (type: string): string[] => Object.keys(template.findResources(type));
  const handlers = Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([, { Properties }]) =>
      /handlers\//.test(String((Properties as { Description?: string }).Description)),
    )
    .map(([id]) => id);
  const watching = (metric: string): string[] =>
    alarms
      .flatMap(metricsOf)
      .filter(({ MetricName }) => MetricName === metric)
      .flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value }) => (Value as { Ref?: string }).Ref ?? ''))
      .toSorted();

  it('every function of ours has an alarm for its errors and one for its throttles', () => {
    expect(handlers).toHaveLength(8);
    expect(watching('Errors')).toEqual(handlers.toSorted());
    expect(watching('Throttles')).toEqual(handlers.toSorted());
  });

  it('every table has one for throttled reads and one for throttled writes', () => {
    expect(watching('ReadThrottleEvents')).toEqual(idsOf('AWS::DynamoDB::GlobalTable').toSorted());
    expect(watching('WriteThrottleEvents')).toEqual(idsOf('AWS::DynamoDB::GlobalTable').toSorted());
  });

  it('every rule has one for what it lost', () => {
    const queries = ['ReadingsLostByRule', 'PresenceLostByRule'].map((name) =>
      JSON.stringify(named(name).Metrics?.[0]?.Expression),
    );
    for (const id of idsOf('AWS::IoT::TopicRule'))
      expect(queries.filter((query) => query.includes(`RuleName = '",{"Ref":"${id}"},"'`))).toHaveLength(1);
  });

  it('every queue has one for what waits in it', () => {
    const queues = alarms
      .filter(({ Namespace }) => Namespace === 'AWS/SQS')
      .map(({ Dimensions }) => JSON.stringify(Dimensions));
    for (const id of idsOf('AWS::SQS::Queue'))
      expect(queues.filter((dimensions) => dimensions.includes(`"${id}"`))).toHaveLength(1);
  });

  it('a handshake refused for its token is no error of the authorizer', () => {
    const reasons = metricsOf(named('SignInErrors'))
      .flatMap(({ Dimensions = [] }) => Dimensions)
      .filter(({ Name }) => Name === 'reason')
      .map(({ Value }) => Value);
    expect(reasons).toEqual(['no token', 'token not valid']);
  });

  it('connections and messages have one at 80 % of the account’s quotas', () => {
    const [connections, messages] = [named('ConnectionsNearQuota'), named('MessagesNearQuota')];
    expect(connections).toMatchObject({ MetricName: 'ConnectCount', Period: 60, Threshold: 0.8 * 500 * 60 });
    expect(messages).toMatchObject({ MetricName: 'MessageCount', Period: 60, Threshold: 0.8 * 10_000 * 60 });
  });
});

describe('the topic', () => {
  it('takes alarms of this account, and nothing over plain HTTP', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('tells the address of the setting, and nobody without it', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    plain.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});

describe('the budget', () => {
  it('tells the address of 80 % spent and of 100 % foreseen, where an amount is set', () => {
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetLimit: { Amount: 40, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: [
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 80 }) }),
        Match.objectLike({
          Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }),
        }),
      ],
    });
    plain.resourceCountIs('AWS::Budgets::Budget', 0);
  });
});
