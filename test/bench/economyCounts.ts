import type { Measure, Usage } from '../../infra/twin/meter.ts';
import { platformLogBytes } from './prices.ts';
import type { Scene } from './economyScene.ts';

/** What is billed, in the units it is billed by. */
export type Counts = {
  readonly iotMessages: number;
  readonly iotRules: number;
  readonly iotActions: number;
  readonly iotMinutes: number;
  readonly sqsRequests: number;
  readonly lambdaRequests: number;
  /** By {@link modelMs}, not as measured. */
  readonly lambdaMs: number;
  readonly logBytes: number;
  readonly readUnits: number;
  readonly historyWrites: number;
  readonly latestWrites: number;
  readonly otherWrites: number;
  readonly webSocketMessages: number;
  readonly webSocketMinutes: number;
  readonly bytesOut: number;
};

/** What `after` has more than `before`. */
export const usedSince = (before: Usage, after: Usage): Usage =>
  Object.fromEntries(
    Object.entries(after).map(([measure, byResource]) => [
      measure,
      Object.fromEntries(
        Object.entries(byResource).map(([resource, amount]) => [
          resource,
          amount - (before[measure as Measure]?.[resource] ?? 0), // A key of Usage.
        ]),
      ),
    ]),
  );

/** The sum of a measure over the resources whose name matches. */
export const used = (usage: Usage, measure: Measure, resource = /(?:)/): number =>
  Object.entries(usage[measure] ?? {})
    .filter(([name]) => resource.test(name))
    .reduce((sum, [, amount]) => sum + amount, 0);

/**
 * How long functions run on AWS, ms: a model, the same for every shape, since this machine runs them at another speed.
 * 25 ms an invocation, 2 ms a post and 1 ms a written row, at 256 MB.
 */
export const modelMs = (of: { requests: number; posts: number; writes: number }): number =>
  25 * of.requests + 2 * of.posts + of.writes;

const history = /Readings/;
const latest = /Latest|Devices|Members/;

/**
 * What a scene used. Minutes of connections are those of the scene, not of its run: that goes on until everything is
 * delivered, which takes this machine longer than AWS.
 */
export const countsOf = (usage: Usage, { devices, viewers, seconds }: Scene): Counts => {
  const writes = used(usage, 'dynamodb.write-units');
  const historyWrites = used(usage, 'dynamodb.write-units', history);
  const latestWrites = used(usage, 'dynamodb.write-units', latest);
  const lambdaRequests = used(usage, 'lambda.requests');
  return {
    iotMessages: used(usage, 'iot.messages'),
    iotRules: used(usage, 'iot.rules'),
    iotActions: used(usage, 'iot.actions'),
    iotMinutes: (devices * seconds) / 60,
    sqsRequests: used(usage, 'sqs.requests'),
    lambdaRequests,
    lambdaMs: modelMs({ requests: lambdaRequests, posts: used(usage, 'lambda.posts'), writes }),
    logBytes: used(usage, 'lambda.log-bytes') + lambdaRequests * platformLogBytes,
    readUnits: used(usage, 'dynamodb.read-units'),
    historyWrites,
    latestWrites,
    otherWrites: writes - historyWrites - latestWrites,
    webSocketMessages: used(usage, 'websocket.messages'),
    webSocketMinutes: (viewers * seconds) / 60,
    bytesOut: used(usage, 'websocket.bytes-out'),
  };
};
