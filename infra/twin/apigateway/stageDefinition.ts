import { isObject, isTrue, stringOf } from '../json.ts';
import { badProperty, numberIn, optionalText, record, requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { follow } from './link.ts';
import type { Throttle } from './tokenBucket.ts';
import { reportUnhonoured } from './unhonoured.ts';

export type StageDefinition = {
  name: string;
  variables: Readonly<Record<string, string>>;
  /** For every route that has none of its own; each route counts alone. */
  throttle: Throttle | undefined;
  routeThrottles: ReadonlyMap<string, Throttle>;
  /** What a line of the access log is made of; undefined without one. */
  accessLogFormat: string | undefined;
};

const honoured = [
  'StageName',
  'AccessLogSettings',
  'AutoDeploy',
  'DeploymentId',
  'DefaultRouteSettings',
  'RouteSettings',
  'StageVariables',
  'AccessLogSettings', // API Gateway has no log of its own here.
];

/** The stages that serve something, by name: those deployed automatically or by a Deployment. */
export const readStages = (resources: readonly Resource[], report: Report): Map<string, StageDefinition> =>
  new Map(
    resources
      .filter(({ type }) => type === 'AWS::ApiGatewayV2::Stage')
      .filter((stage) => isDeployed(stage, resources, report))
      .map((stage) => [requiredText(stage, 'StageName'), readStage(stage, report)]),
  );

const isDeployed = (stage: Resource, resources: readonly Resource[], report: Report): boolean => {
  const deployment = optionalText(stage, 'DeploymentId');
  if (deployment !== undefined)
    follow(resources, stage, 'DeploymentId', 'AWS::ApiGatewayV2::Deployment', deployment);
  const deployed = deployment !== undefined || isTrue(stage.properties['AutoDeploy']);
  if (!deployed)
    report(`${stage.type} "${stage.logicalId}" is never deployed: it has no AutoDeploy or DeploymentId`);
  return deployed;
};

const readStage = (stage: Resource, report: Report): StageDefinition => {
  reportUnhonoured(stage, honoured, report);
  return {
    name: requiredText(stage, 'StageName'),
    variables: readVariables(stage),
    throttle: readThrottle(stage, 'DefaultRouteSettings', record(stage, 'DefaultRouteSettings'), report),
    routeThrottles: readRouteThrottles(stage, report),
    accessLogFormat: stringOf(record(stage, 'AccessLogSettings')['Format']),
  };
};

const readVariables = (stage: Resource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record(stage, 'StageVariables')).map(([name, value]) => {
      if (typeof value !== 'string') throw badProperty(stage, `StageVariables.${name}`, 'must be a string');
      return [name, value];
    }),
  );

const readRouteThrottles = (stage: Resource, report: Report): Map<string, Throttle> => {
  const throttles = new Map<string, Throttle>();
  for (const [routeKey, settings] of Object.entries(record(stage, 'RouteSettings'))) {
    const property = `RouteSettings.${routeKey}`;
    if (!isObject(settings)) throw badProperty(stage, property, 'must be a map');
    const throttle = readThrottle(stage, property, settings, report);
    if (throttle) throttles.set(routeKey, throttle);
  }
  return throttles;
};

/** A limit that is not given is the account's: 10,000 requests per second, burst 5,000. */
const readThrottle = (
  stage: Resource,
  property: string,
  settings: Readonly<Record<string, unknown>>,
  report: Report,
): Throttle | undefined => {
  const { ThrottlingRateLimit, ThrottlingBurstLimit, ...others } = settings;
  for (const name of Object.keys(others)) report(notHonoured(stage, `${property}.${name}`));
  const rate = numberIn(stage, `${property}.ThrottlingRateLimit`, ThrottlingRateLimit);
  const burst = numberIn(stage, `${property}.ThrottlingBurstLimit`, ThrottlingBurstLimit);
  if (rate === undefined && burst === undefined) return undefined;
  return { ratePerSecond: rate ?? 10_000, burst: burst ?? 5_000 };
};
