import { measuredBy } from '../../infra/operations/handlerMetrics.ts';
import { costOf, hoursOfMonth, lineNames, lines, totalOf } from './economyBill.ts';
import type { Counts } from './economyCounts.ts';
import type { Scene } from './economyScene.ts';
import { prices } from './prices.ts';
import { idlePollsPerSecond, sceneModel } from './sceneModel.ts';

type Resource = { readonly Type: string; readonly Properties?: object };
export type Resources = Readonly<Record<string, Resource>>;

/** A line of a bill: what, how many, and US dollars. */
export type Line = { readonly what: string; readonly count: string; readonly usd: number };

const of = (resources: Resources, type: string): Resource[] =>
  Object.values(resources).filter(({ Type }) => Type === type);

/** How many metrics an alarm watches; a query counts as one. */
const watchedBy = ({ Properties }: Resource): number => {
  const { Metrics = [] } = (Properties ?? {}) as { Metrics?: { MetricStat?: unknown }[] }; // As CloudFormation has it.
  return Math.max(1, Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length);
};

const many = (count: number): string => Math.round(count).toLocaleString('en');

/** What a deployed stack costs a month while no device and no viewer is there. */
export const idleCosts = (resources: Resources): readonly Line[] => {
  const alarms = of(resources, 'AWS::CloudWatch::Alarm');
  const watched = alarms.reduce((sum, alarm) => sum + watchedBy(alarm), 0);
  const dashboards = of(resources, 'AWS::CloudWatch::Dashboard').length;
  const sources = of(resources, 'AWS::Lambda::EventSourceMapping').length;
  const polls = sources * idlePollsPerSecond * 3_600 * hoursOfMonth;
  return [
    {
      what: `${alarms.length} alarms`,
      count: `${watched} metrics at $${prices.alarmMetricMonth.toFixed(2)}`,
      usd: watched * prices.alarmMetricMonth,
    },
    {
      what: 'CloudWatch dashboard',
      count: `${dashboards} at $${prices.dashboardMonth.toFixed(2)}`,
      usd: dashboards * prices.dashboardMonth,
    },
    {
      what: `Lambda looks into ${sources} queues`,
      count: `${many(polls)} polls at $${(prices.sqsRequest * 1e6).toFixed(2)} a million`,
      usd: polls * prices.sqsRequest,
    },
  ];
};

const ways = ['direct', 'queue'] as const;
type Way = (typeof ways)[number];

/** Metrics are billed for each handler that writes them, with one way in; for each reason that there has been one more, which is not counted here. */
const metricsOf = (way: Way): number =>
  Object.values(measuredBy)
    .flat()
    .filter((service) => service !== (way === 'direct' ? 'queue' : 'direct')).length;

const metricsUsd = (way: Way): number => (metricsOf(way) * prices.customMetricMonth) / hoursOfMonth;

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

/** The rows of the table of what a stack costs a month when idle, without padding. */
export const idleRows = (resources: Resources): readonly string[] => {
  const idle = idleCosts(resources);
  const total = idle.reduce((sum, { usd }) => sum + usd, 0);
  return [
    ...idle.map(({ what, count, usd }) => row(what, count, dollars(usd))),
    row('Together', '', dollars(total)),
  ];
};

/** The rows of the table of what a scene costs an hour, each way in: how many, and US dollars. */
export const sceneRows = (scene: Omit<Scene, 'seconds'>): readonly string[] => {
  const hour = { ...scene, seconds: 3_600 };
  const [direct, queue] = [sceneModel('direct', hour), sceneModel('queue', hour)];
  const cells = (counts: Counts, name: keyof Counts) => [many(counts[name]), dollars(costOf(counts, name))];
  return [
    ...lineNames
      .filter((name) => direct[name] + queue[name] > 0)
      .map((name) => row(lines[name].name.trim(), ...cells(direct, name), ...cells(queue, name))),
    row('Metrics', ...ways.flatMap((way) => [many(metricsOf(way)), dollars(metricsUsd(way))])),
    row(
      'Together',
      ...[totalOf(direct) + metricsUsd('direct'), totalOf(queue) + metricsUsd('queue')].flatMap((usd) => [
        '',
        dollars(usd),
      ]),
    ),
  ];
};
