import type { JsonObject } from '../json.ts';

const allow = (...actions: readonly string[]): JsonObject => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
});

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const documentOf = (...statements: readonly JsonObject[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements,
});

/**
 * What the policies say that AWS manages and templates name, by what follows `arn:aws:iam::aws:policy/` (AWS managed
 * policy reference). One that is not here is refused by name.
 */
export const managedPolicies: ReadonlyMap<string, JsonObject> = new Map([
  ['service-role/AWSLambdaBasicExecutionRole', documentOf(allow(...logs))],
  [
    'service-role/AWSLambdaSQSQueueExecutionRole',
    documentOf(allow('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logs)),
  ],
  [
    'AWSXRayDaemonWriteAccess',
    documentOf(
      allow(
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ),
    ),
  ],
]);
