import { randomUUID } from 'node:crypto';
import { workTime, type Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import { accessKeyIdIn } from '../iam/accessKeyId.ts';
import type { Answer, Ask, Asked } from './ask.ts';
import { readCall, type Call } from './call.ts';

/** `lost`: the request was done, and the client is not to hear of it. */
export type Front = (asked: Asked) => Promise<Answer | 'lost'>;

export type FrontOptions = {
  faults: Pick<Faults, 'hit'>;
  clock: Clock;
  /** Asks the store, for a request that is one of DynamoDB. */
  perform: (asked: Asked, call: Call) => Promise<Answer>;
  /** Asks the store anything. */
  ask: Ask;
  /** Why the caller may not do it; undefined: it may. */
  refusal?: ((accessKeyId: string, call: Call) => string | undefined) | undefined;
};

/** What stands between clients and the store: has requests go wrong as the fault switches say, the others performed. */
export const createFront =
  ({ faults, clock, perform, ask, refusal }: FrontOptions): Front =>
  async (asked) => {
    const call = readCall(asked);
    if (call === undefined) return ask(asked);
    const refused = refusal?.(accessKeyIdIn(asked.headers), call);
    if (refused !== undefined) return denied(refused);
    const names = call.tables.join(' ');
    const latency = faults.hit('dynamodb.latency', names);
    if (latency !== undefined) await wait(clock, latency.ms);
    if (faults.hit('dynamodb.throttle', names)) return throttled();
    if (faults.hit('dynamodb.error', names)) return broken();
    const answer = await perform(asked, call);
    return faults.hit('dynamodb.lost-response', names) ? 'lost' : answer;
  };

/** In wall time, as the client's own time-out is. */
const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(workTime(clock, ms), resolve));

/** By `__type` SDKs name their exceptions (DynamoDB guide, "Error handling"). */
const answerOf = (status: number, body: object): Answer => ({
  status,
  headers: { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': randomUUID() },
  text: JSON.stringify(body),
});
const problem = (status: number, type: string, message: string): Answer =>
  answerOf(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
/** It is not DynamoDB itself that says so: hence another prefix, and `Message` with a capital. */
const denied = (Message: string): Answer =>
  answerOf(400, { __type: 'com.amazon.coral.service#AccessDeniedException', Message });
const throttled = (): Answer =>
  problem(
    400,
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  );
const broken = (): Answer => problem(500, 'InternalServerError', 'Internal server error');
