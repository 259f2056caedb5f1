import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { createMeter } from '../meter.ts';
import { startFunctions, type Functions, type FunctionsOptions } from './startFunctions.ts';

let folder: string;
let functions: Functions | undefined;
let edge: Server | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakdown-'));
});
afterEach(async () => {
  await functions?.close();
  edge?.closeAllConnections();
  edge?.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** Posts the event's beds one after the other, as `@connections` is posted to, and says what it is. */
const posting = `
  let runs = 0;
  export const handler = async ({ beds = [], fail }, { awsRequestId }) => {
    const token = process.env.AWS_SESSION_TOKEN;
    const { EDGE } = process.env;
    runs++;
    for (const body of beds)
      await fetch(EDGE, { method: 'POST', body, headers: { 'x-amz-security-token': token } });
    if (fail) throw new Error('dry');
    console.log('wätered');
    return { token, runs, awsRequestId };
  };`;

type Answer = { token: string; runs: number; awsRequestId: string };

const start = async (options: Partial<FunctionsOptions> & { timeout?: number } = {}) => {
  const { clock = scaledClock(), timeout = 60 } = options;
  const posts: string[] = [];
  edge = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => posts.push(chunk.toString()));
    request.on('end', () => {
      const token = request.headers['x-amz-security-token']?.toString() ?? '';
      void functions?.posted(token).then(() => response.end());
    });
  }).listen(0, '127.0.0.1');
  await once(edge, 'listening');
  const { port } = edge.address() as AddressInfo; // A cast: it listens on TCP.
  await mkdir(join(folder, 'water'), { recursive: true });
  await writeFile(join(folder, 'water/index.mjs'), posting);
  const properties = { Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: timeout, MemorySize: 256 };
  const faults = createFaults({ seed: 1, clock });
  const started = (functions = startFunctions({
    resources: [
      { logicalId: 'Water', type: 'AWS::Lambda::Function', ref: 'water', properties },
      {
        logicalId: 'Events',
        type: 'AWS::Lambda::EventInvokeConfig',
        ref: 'events',
        properties: {
          FunctionName: 'water',
          DestinationConfig: {
            OnSuccess: { Destination: 'arn:well' },
            OnFailure: { Destination: 'arn:dry' },
          },
        },
      },
    ],
    codeOf: ({ ref }) => join(folder, ref),
    region: 'eu-west-1',
    account: '000000000000',
    environment: { EDGE: `http://127.0.0.1:${port}` },
    clock,
    destination: () => Promise.reject(new Error('no destination was expected')),
    report: () => undefined,
    log: () => undefined,
    faults,
    ...options,
  }));
  /** What the function answered. */
  const answer = async (event: object = {}): Promise<Answer> => {
    const result = await started.invoke('water', event);
    if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
    return result.payload as Answer; // A cast: the handler above returns one.
  };
  return { functions: started, faults, posts, answer };
};

const beds = ['1', '2', '3', '4'];

describe('an execution environment', () => {
  it('has a session token of its own', async () => {
    const { functions, faults, answer } = await start();
    const { token } = await answer();
    expect(token).toMatch(/^twin-[\da-f-]{36}$/);
    expect((await answer()).token).toBe(token);
    await faults.set('function.crash', { times: 1 });
    await functions.invoke('water', {});
    expect((await answer()).token).not.toBe(token);
  });
});

describe('function.crash', () => {
  it('ends the environment right after so many posts', async () => {
    const { functions, faults, posts, answer } = await start();
    await faults.set('function.crash', { posts: 2, times: 1 });
    expect(await functions.invoke('water', { beds })).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await answer({ beds })).runs).toBe(1);
    expect(posts).toEqual(['1', '2', ...beds]);
    expect(faults.injected()).toEqual({ 'function.crash': 1 });
  });

  it('with 0 posts ends it before the handler is called', async () => {
    const { functions, faults, posts, answer } = await start();
    await answer();
    await faults.set('function.crash', { times: 1 });
    expect(await functions.invoke('water', { beds })).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await answer()).runs).toBe(1);
    expect(posts).toEqual([]);
  });

  it('lets an invocation with fewer posts end well, and does not count', async () => {
    const { faults, answer } = await start();
    await faults.set('function.crash', { posts: 5 });
    await answer({ beds });
    expect((await answer({ beds })).runs).toBe(2);
    expect(faults.injected()).toEqual({});
  });

  it('may be for other functions only', async () => {
    const { faults, answer } = await start();
    await faults.set('function.crash', { only: 'harvest' });
    expect((await answer({ beds })).runs).toBe(1);
  });
});

describe('function.timeout', () => {
  it.each([0, 1])('has an invocation hang after %i posts until its time-out', async (count) => {
    const { functions, faults, posts, answer } = await start({ timeout: 1 });
    await faults.set('function.timeout', { posts: count, times: 1 });
    expect(await functions.invoke('water', { beds })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') as string,
    });
    expect(posts).toEqual(beds.slice(0, count));
    expect((await answer({ beds })).runs).toBe(1);
  });

  it('does not keep the twin from stopping', async () => {
    const { functions, faults } = await start({ timeout: 900 });
    await faults.set('function.timeout');
    const hanging = functions.invoke('water', {});
    await functions.close();
    expect(await hanging).toMatchObject({ kind: 'error' });
  });
});

/** Collects records of destinations. */
const records = () => {
  const got: { arn: string; requestId: string; runs: number }[] = [];
  let arrived = (): void => undefined;
  return {
    destination: async (arn: string, record: unknown) => {
      const { requestContext, responsePayload } = record as {
        requestContext: { requestId: string };
        responsePayload: { runs: number };
      }; // A cast: the shape of a destination's record.
      got.push({ arn, requestId: requestContext.requestId, runs: responsePayload.runs });
      arrived();
    },
    count: async (n: number) => {
      while (got.length < n) await new Promise<void>((resolve) => (arrived = resolve));
      return got;
    },
  };
};

describe('an asynchronous event', () => {
  it('runs twice by invoke.duplicate, and goes to one destination', async () => {
    const { destination, count } = records();
    const meter = createMeter();
    const { functions, faults, posts } = await start({ destination, meter });
    await faults.set('invoke.duplicate', { times: 1 });
    await functions.invokeAsync('water', { beds: ['once more'] });
    await count(1);
    await functions.settled(10_000);
    await functions.invokeAsync('water', { beds: ['last'] });
    await functions.settled(10_000);
    expect(posts).toEqual(['once more', 'once more', 'last']);
    expect(await count(2)).toHaveLength(2);
    expect(meter.read()['lambda.requests']).toEqual({ water: 3 });
  });

  it('a duplicate that fails is not tried again', async () => {
    const { destination, count } = records();
    const clock: Clock = { now: () => Date.now(), after: (ms, action) => hasten(ms, action) };
    const hasten = (ms: number, action: () => void) => {
      if (ms === 2 || ms === 4) setImmediate(action);
      return () => undefined;
    };
    const { functions, faults, posts } = await start({ destination, clock, retrySpeed: 30_000 });
    await faults.set('invoke.duplicate', { times: 1 });
    await functions.invokeAsync('water', { beds: ['dry'], fail: true });
    expect(await count(1)).toMatchObject([{ arn: 'arn:dry' }]);
    await functions.settled(10_000);
    expect(posts).toHaveLength(1 + 3);
  });

  it('waits by invoke.delay', async () => {
    const { destination, count } = records();
    let goOn = (): void => undefined;
    const clock: Clock = {
      now: () => Date.now(),
      after: (ms, action) => {
        if (ms === 77) goOn = action;
        return () => undefined;
      },
    };
    const { functions, faults, posts } = await start({ destination, clock });
    await faults.set('invoke.delay', { ms: 77, times: 1 });
    await functions.invokeAsync('water', { beds: ['delayed'] });
    await functions.invokeAsync('water', { beds: ['prompt'] });
    await count(1);
    goOn();
    await count(2);
    expect(posts).toEqual(['prompt', 'delayed']);
  });

  it('is tried again so many times sooner', async () => {
    const { destination, count } = records();
    const waits: number[] = [];
    const clock: Clock = {
      now: () => Date.now(),
      after: (ms, action) => {
        waits.push(ms);
        if (ms !== 60_000) setImmediate(action); // not the function's own time-out
        return () => undefined;
      },
    };
    const { functions } = await start({ destination, clock, retrySpeed: 100 });
    await functions.invokeAsync('water', { fail: true });
    expect(await count(1)).toMatchObject([{ arn: 'arn:dry' }]);
    expect(waits.filter((ms) => ms !== 60_000)).toEqual([600, 1_200]);
  });
});

describe('an invocation', () => {
  it('is metered: one request, whole ms, the bytes that it logged', async () => {
    const meter = createMeter();
    let printed = (): void => undefined;
    const line = new Promise<void>((resolve) => (printed = resolve));
    const { answer } = await start({ meter, log: () => printed() });
    await answer();
    await line;
    const usage = meter.read();
    expect(usage['lambda.requests']).toEqual({ water: 1 });
    expect(usage['lambda.log-bytes']).toEqual({ water: 'wätered'.length + 1 + 1 });
    const ms = usage['lambda.ms']?.['water'] ?? 0;
    expect(ms).toBeGreaterThan(0);
    expect(Number.isInteger(ms)).toBe(true);
  });

  it('is metered with what its environment took to start', async () => {
    await mkdir(join(folder, 'slow'), { recursive: true });
    const loading = 'const begun = performance.now(); while (performance.now() - begun < 500);';
    await writeFile(join(folder, 'slow/index.mjs'), `${loading} export const handler = async () => null;`);
    const meter = createMeter();
    const { answer } = await start({ meter, codeOf: () => join(folder, 'slow') });
    await answer();
    expect(meter.read()['lambda.ms']?.['water']).toBeGreaterThanOrEqual(500);
  });
});
