import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { aReading } from '../factories.ts';
import { fold } from '../fold.ts';

let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
let done: unknown[][];
let fails: (work: unknown) => boolean;

/** What the handler calls, scripted: it notes its arguments and fails where the test says so. */
const noted =
  (name: string) =>
  () =>
  async (...args: unknown[]): Promise<void> => {
    await Promise.resolve();
    done.push([name, ...args]);
    if (fails(args[0])) throw new Error('the table is down');
  };

const environment = {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  LATER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/later',
  CALLBACK_URL: 'http://127.0.0.1:9/live',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  CONNECTIONS_TABLE: 'Connections',
  SUBSCRIPTIONS_TABLE: 'Subscriptions',
};
const mocked = {
  '../aws/fromEnvironment.ts': { connectionStores: () => ({}), debtStore: () => ({}), paceStore: () => ({}) },
  '../flush.ts': { flush: noted('flush') },
  '../resend.ts': { resend: noted('resend') },
  '../disconnect.ts': { forgetAll: noted('forget') },
};

beforeAll(async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  for (const [path, exports] of Object.entries(mocked)) vi.doMock(path, () => exports);
  ({ handler } = await import('./later.ts'));
});
afterAll(() => {
  for (const path of Object.keys(mocked)) vi.doUnmock(path);
  vi.unstubAllEnvs();
});
beforeEach(() => {
  done = [];
  fails = () => false;
});

const key = { connectionId: 'c=', deviceId: 'kettle-1' };
const seen = [{ target: 'region#eu-west', connectionId: 'c=', id: 's1' }];
const unsent = { connectionIds: ['c='], folds: [fold(undefined, aReading())], attempt: 1 };
const bodies = [{ flush: key }, { resend: unsent }, { forget: seen }].map((body) => JSON.stringify(body));

/** What the handler returns for messages m0, m1, ... with these bodies. */
const returned = (...of: string[]) => {
  const Records = of.map((body, place) => ({ messageId: `m${place}`, body }) as SQSRecord); // No more is read.
  const context = { getRemainingTimeInMillis: () => 10_000 } as Context; // No more is read.
  return handler({ Records } satisfies SQSEvent, context);
};
const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('the handler of what is sent later', () => {
  it('does what each message says and returns no failures', async () => {
    expect(await returned(...bodies)).toEqual(failures());
    expect(done.map(([name, what]) => [name, what])).toEqual([
      ['flush', key],
      ['resend', unsent],
      ['forget', seen],
    ]);
  });

  it('has what it sends again pushed no longer than the invocation lasts', async () => {
    const latest = Date.now() + 10_000;
    await returned(JSON.stringify({ resend: unsent }));
    expect(done[0]?.[2]).toBeLessThan(latest);
  });

  it.each(['nonsense', '{}', '', JSON.stringify({ resend: { ...unsent, attempt: 'first' } })])(
    'a body that nobody of ours wrote fails alone: %j',
    async (body) => {
      expect(await returned(bodies[0] ?? '', body, bodies[2] ?? '')).toEqual(failures('m1'));
      expect(done.map(([name]) => name)).toEqual(['flush', 'forget']);
    },
  );

  it('names the messages whose work failed, and does the others', async () => {
    fails = (work) => JSON.stringify(work) === JSON.stringify(unsent);
    expect(await returned(...bodies)).toEqual(failures('m1'));
    expect(done).toHaveLength(3);
  });

  it('names all of them where all failed', async () => {
    fails = () => true;
    expect(await returned(...bodies)).toEqual(failures('m0', 'm1', 'm2'));
  });
});
