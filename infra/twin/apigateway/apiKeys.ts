import { createHash } from 'node:crypto';
import { isObject, isTrue, objectOf, stringOf } from '../json.ts';
import { badProperty, numberIn, requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { follow } from './link.ts';
import type { Throttle } from './tokenBucket.ts';

/** A key that a usage plan lets in. */
export type ApiKey = { readonly id: string; readonly value: string; readonly plans: readonly UsagePlan[] };

/** What keys of one plan may use, and how much of it. */
export type UsagePlan = {
  readonly id: string;
  /** `{apiId}/{stage}` of each stage it opens. */
  readonly stages: ReadonlySet<string>;
  /** Of each key alone. */
  readonly throttle: Throttle | undefined;
  readonly quota: { readonly limit: number; readonly periodMs: number } | undefined;
};

const day = 86_400_000;
/** A month is taken as 30 days; AWS starts it anew with the calendar. */
const periods: Readonly<Record<string, number>> = { DAY: day, WEEK: 7 * day, MONTH: 30 * day };

/** The keys of a template that are enabled, with their plans (`AWS::ApiGateway::ApiKey`, `UsagePlan`, `UsagePlanKey`). */
export const readApiKeys = (resources: readonly Resource[], report: Report): ApiKey[] => {
  const ofType = (name: string) => resources.filter(({ type }) => type === `AWS::ApiGateway::${name}`);
  const plans = new Map(ofType('UsagePlan').map((plan) => [plan.ref, readPlan(plan, report)]));
  const grants = ofType('UsagePlanKey').map((grant) => {
    const planId = requiredText(grant, 'UsagePlanId');
    follow(resources, grant, 'UsagePlanId', 'AWS::ApiGateway::UsagePlan', planId);
    return { keyId: requiredText(grant, 'KeyId'), plan: plans.get(planId) };
  });
  // Not enabled unless the template says so (CloudFormation reference, AWS::ApiGateway::ApiKey, Enabled).
  const enabled = ofType('ApiKey').filter(({ properties }) => isTrue(properties['Enabled']));
  return enabled.map((key) => ({
    id: key.ref,
    value: stringOf(key.properties['Value']) ?? madeUp(key),
    plans: grants.flatMap(({ keyId, plan }) => (keyId === key.ref && plan !== undefined ? [plan] : [])),
  }));
};

/** Forty letters and digits, as API Gateway makes for a key without a value; the same at every start. */
const madeUp = ({ logicalId }: Resource): string =>
  createHash('sha256').update(`key of ${logicalId}`).digest('hex').slice(0, 40);

const readPlan = (plan: Resource, report: Report): UsagePlan => ({
  id: plan.ref,
  stages: new Set(stagesOf(plan, report)),
  throttle: throttleOf(plan),
  quota: quotaOf(plan),
});

const stagesOf = (plan: Resource, report: Report): string[] => {
  const stages = plan.properties['ApiStages'] ?? [];
  if (!Array.isArray(stages)) throw badProperty(plan, 'ApiStages', 'must be a list');
  return stages.filter(isObject).map(({ ApiId, Stage, Throttle }) => {
    if (Throttle !== undefined) report(notHonoured(plan, 'ApiStages.Throttle'));
    return `${String(ApiId)}/${String(Stage)}`;
  });
};

const throttleOf = (plan: Resource): Throttle | undefined => {
  const { RateLimit, BurstLimit } = objectOf(plan.properties['Throttle']);
  const rate = numberIn(plan, 'Throttle.RateLimit', RateLimit);
  const burst = numberIn(plan, 'Throttle.BurstLimit', BurstLimit);
  if (rate === undefined && burst === undefined) return undefined;
  return { ratePerSecond: rate ?? 10_000, burst: burst ?? 5_000 };
};

const quotaOf = (plan: Resource): UsagePlan['quota'] => {
  const { Limit, Period } = objectOf(plan.properties['Quota']);
  const limit = numberIn(plan, 'Quota.Limit', Limit);
  if (limit === undefined) return undefined;
  const periodMs = periods[String(Period)];
  if (periodMs === undefined) throw badProperty(plan, 'Quota.Period', 'must be DAY, WEEK or MONTH');
  return { limit, periodMs };
};
