import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failed } from '../filter.ts';
import type { RuleEvent } from '../rule.ts';

let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
let taken: { readonly deviceIds: string[]; readonly until: number }[];
let failed: Failed;

/** The filter, scripted: it says that it failed on these places. */
const take = (events: readonly RuleEvent[], until: number): Promise<Failed> => {
  taken.push({ deviceIds: events.map(({ clientId }) => clientId), until });
  return Promise.resolve(failed);
};

beforeAll(async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  vi.doMock('../aws/filterFromEnvironment.ts', () => ({ filterFromEnvironment: () => take }));
  ({ handler } = await import('./queue.ts'));
});
afterAll(() => {
  vi.doUnmock('../aws/filterFromEnvironment.ts');
  vi.unstubAllEnvs();
});
beforeEach(() => {
  taken = [];
  failed = new Map();
});

const event = (clientId: string): string =>
  JSON.stringify({ topic: `telemetry/eu-west/${clientId}`, clientId, payload: 'e30=', receivedAt: 1 });

/** What the handler returns for messages m0, m1, ... with these bodies. */
const returned = (...bodies: string[]) => {
  const Records = bodies.map((body, place) => ({ messageId: `m${place}`, body }) as SQSRecord); // No more is read.
  const context = { getRemainingTimeInMillis: () => 10_000 } as Context; // No more is read.
  return handler({ Records } satisfies SQSEvent, context);
};
const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('the queue’s handler', () => {
  it('returns no failures where all went well', async () => {
    expect(await returned(event('a'), event('b'))).toEqual(failures());
    expect(taken.map(({ deviceIds }) => deviceIds)).toEqual([['a', 'b']]);
  });

  it.each(['nonsense', '{}', '', 'null', JSON.stringify({ topic: 'telemetry/eu-west/x' })])(
    'a body that no rule wrote fails alone: %j',
    async (body) => {
      expect(await returned(event('a'), body, event('b'))).toEqual(failures('m1'));
      expect(taken.map(({ deviceIds }) => deviceIds)).toEqual([['a', 'b']]);
    },
  );

  it('names the messages on which the filter failed, also behind one that it never got', async () => {
    failed = new Map([[1, new Error('the table is down')]]);
    expect(await returned(event('a'), 'nonsense', event('b'), event('c'))).toEqual(failures('m1', 'm2'));
  });

  it('names all of them where the filter failed on all', async () => {
    const error = new Error('the edge is down');
    failed = new Map([0, 1].map((place) => [place, error]));
    expect(await returned(event('a'), event('b'))).toEqual(failures('m0', 'm1'));
  });

  it('has the filter push no longer than the invocation lasts', async () => {
    const latest = Date.now() + 10_000;
    await returned(event('a'));
    expect(taken[0]?.until).toBeLessThan(latest);
  });
});
