import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import { memoryJournals } from '../journal/journal.testing.ts';
import type { Resource } from '../resource.ts';
import { startFunctions, type Functions, type FunctionsOptions } from './startFunctions.ts';

const region = 'eu-west-1';
const account = '000000000000';
/** A promise and what settles it. */
const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve: (value: T) => resolve(value) };
};
const arnOf = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;

let code: string;
let functions: Functions | undefined;
beforeAll(async () => {
  code = await mkdtemp(join(tmpdir(), 'functions-'));
});
afterEach(() => functions?.close());
afterAll(() => rm(code, { recursive: true }));

const fn = (name: string, properties: Record<string, unknown> = {}): Resource => ({
  logicalId: `Logical${name}`,
  type: 'AWS::Lambda::Function',
  ref: name,
  properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 60,
    MemorySize: 256,
    ...properties,
  },
});

const lambda = (type: string, properties: Record<string, unknown>): Resource => ({
  logicalId: type,
  type: `AWS::Lambda::${type}`,
  ref: type,
  properties,
});

/** Starts the given files, one folder a function, and keeps what was reported and logged. */
const start = async (
  files: Record<string, string>,
  resources: Resource[],
  options: Partial<FunctionsOptions> = {},
) => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(code, name)), { recursive: true });
    await writeFile(join(code, name), text);
  }
  const reports: string[] = [];
  const lines: string[] = [];
  functions = startFunctions({
    resources,
    codeOf: ({ ref }) => join(code, ref),
    region,
    account,
    environment: { ADDED: 'by the twin' },
    clock: scaledClock(),
    destination: () => Promise.reject(new Error('no destination was expected')),
    report: (sentence) => reports.push(sentence),
    log: ({ line }) => lines.push(line),
    ...options,
  });
  return { functions, reports, lines };
};

describe('invoke', () => {
  it('returns what the handler returns, as JSON', async () => {
    const text = `export const handler = async (event) => ({ at: new Date(0), gone: undefined, twice: event.n * 2 });`;
    const { functions } = await start({ 'json/index.mjs': text }, [fn('json')]);
    expect(await functions.invoke(arnOf('json'), { n: 21 })).toEqual({
      kind: 'ok',
      payload: { at: '1970-01-01T00:00:00.000Z', twice: 42 },
    });
  });

  it('returns null where the handler returns nothing', async () => {
    const { functions } = await start({ 'nothing/index.mjs': 'export const handler = async () => {};' }, [
      fn('nothing'),
    ]);
    expect(await functions.invoke('nothing', {})).toEqual({ kind: 'ok', payload: null });
  });

  it('runs CommonJS in .js, whatever package.json lies above the asset', async () => {
    const files = {
      'package.json': '{"type":"module"}',
      'common/index.js': `const { n } = require('./deep/n'); exports.handler = async () => n;`,
      'common/deep/n.js': 'exports.n = 7;',
    };
    const { functions } = await start(files, [fn('common')]);
    expect(await functions.invoke('common', {})).toEqual({ kind: 'ok', payload: 7 });
  });

  it('finds a handler in a folder', async () => {
    const files = { 'nested/src/app/main.cjs': 'exports.run = { now: async () => "here" };' };
    const { functions } = await start(files, [fn('nested', { Handler: 'src/app/main.run.now' })]);
    expect(await functions.invoke('nested', {})).toEqual({ kind: 'ok', payload: 'here' });
  });

  it('gives the environment of the function and nothing of the process', async () => {
    process.env['LEAK'] = 'secret';
    const text = 'export const handler = async () => process.env;';
    const settings = { Environment: { Variables: { MINE: 'yes' } } };
    const { functions } = await start({ 'env/index.mjs': text }, [fn('env', settings)]);
    const result = await functions.invoke('env', {});
    const variables = result.kind === 'ok' ? (result.payload as Record<string, string>) : {};
    expect(variables).toMatchObject({ MINE: 'yes', ADDED: 'by the twin', AWS_REGION: region, TZ: ':UTC' });
    expect(functions.functionOf(variables['AWS_ACCESS_KEY_ID'] ?? '')).toBe('env');
    expect(Object.keys(variables).filter((name) => !/^(AWS_|LAMBDA_|_HANDLER|TZ)/.test(name))).toEqual([
      'ADDED',
      'MINE',
    ]);
  });

  it('gives the context of the invocation', async () => {
    const text = `export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`;
    const { functions } = await start({ 'context/index.mjs': text }, [fn('context')]);
    expect(await functions.invoke('context', {})).toMatchObject({
      payload: {
        functionName: 'context',
        functionVersion: '$LATEST',
        invokedFunctionArn: arnOf('context'),
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/context',
        callbackWaitsForEmptyEventLoop: true,
        left: expect.any(Number) as number,
      },
    });
  });

  it('shows the functions the time of a fast clock, as long as their work may last', async () => {
    const text = `export const handler = async (at, context) => ({
      late: Date.now() - at, text: Math.abs(new Date(Date()) - new Date()) < 60_000, left: context.getRemainingTimeInMillis(),
      shape: [new Date(0).toISOString(), new Date() instanceof Date, new Date().constructor === Date, Date.UTC(1970, 0, 1)],
    });`;
    const clock = scaledClock(600);
    const { functions } = await start({ 'late/index.mjs': text }, [fn('late')], { clock });
    await functions.invoke('late', 0);
    const before = clock.now() + 7_200_000;
    await new Promise<void>((resolve) => void clock.after(7_200_000, resolve));
    const result = await functions.invoke('late', before);
    const after = clock.now();
    const seen = result.kind === 'ok' ? (result.payload as Record<string, number>) : {};
    expect(seen['late']).toBeGreaterThanOrEqual(0);
    expect(seen['late']).toBeLessThanOrEqual(after - before);
    expect(seen['left']).toBeGreaterThan(60_000);
    expect(seen).toMatchObject({ text: true, shape: ['1970-01-01T00:00:00.000Z', true, true, 0] });
  });

  it('uses a warm environment again, and a second one while the first is busy', async () => {
    const text = `
      let n = 0;
      export const handler = async ({ wait }) => { n++; if (wait) await new Promise((r) => setTimeout(r, wait)); return n; };`;
    const { functions } = await start({ 'warm/index.mjs': text }, [fn('warm')]);
    const busy = functions.invoke('warm', { wait: 1500 });
    expect(await functions.invoke('warm', {})).toEqual({ kind: 'ok', payload: 1 });
    expect(await functions.invoke('warm', {})).toEqual({ kind: 'ok', payload: 2 });
    expect(await busy).toEqual({ kind: 'ok', payload: 1 });
  });

  const counter = { 'one/index.mjs': 'let n = 0; export const handler = async () => ++n;' };
  const one = fn('one', { ReservedConcurrentExecutions: 1 });

  it('is throttled beyond the reserved concurrency, and says so once', async () => {
    const { functions, reports } = await start(counter, [one]);
    const [first, ...others] = await Promise.all([1, 2, 3].map((n) => functions.invoke('one', n)));
    expect(first).toEqual({ kind: 'ok', payload: 1 });
    const throttled = {
      kind: 'error',
      errorType: 'TooManyRequestsException',
      errorMessage: 'Rate Exceeded.',
    };
    expect(others).toEqual([throttled, throttled]);
    expect(reports).toEqual([expect.stringContaining('reserved concurrency of 1 is used up')]);
    expect(await functions.invoke('one', 4)).toEqual({ kind: 'ok', payload: 2 });
  });

  it('waits for its turn when it is told to, unless that comes too late', async () => {
    const { functions } = await start(counter, [one]);
    const turns = [false, false, true, false].map((late) => functions.invokeInTurn('one', 0, () => late));
    const payload = (n: number) => ({ kind: 'ok', payload: n });
    expect(await Promise.all(turns)).toEqual([payload(1), payload(2), undefined, payload(3)]);
  });

  it('reports an error of the handler with its type, message and trace', async () => {
    const text = 'export const handler = async () => { throw new TypeError("bad reading"); };';
    const { functions } = await start({ 'throws/index.mjs': text }, [fn('throws')]);
    expect(await functions.invoke('throws', {})).toMatchObject({
      kind: 'error',
      errorType: 'TypeError',
      errorMessage: 'bad reading',
      trace: expect.arrayContaining(['TypeError: bad reading']) as string[],
    });
  });

  it('cuts off a handler at its timeout, a busy loop too, and goes on with a new environment', async () => {
    const text = 'let n = 0; export const handler = async ({ hang }) => { n++; while (hang); return n; };';
    const { functions } = await start({ 'hang/index.mjs': text }, [fn('hang', { Timeout: 1 })], {
      clock: scaledClock(60), // which does not make work faster
    });
    expect(await functions.invoke('hang', { hang: true })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
      ) as string,
    });
    expect(await functions.invoke('hang', {})).toEqual({ kind: 'ok', payload: 1 });
  });

  it('gives 90 % of the memory to the heap, and 5 % to a semi-space', async () => {
    const text = `
      import { getHeapStatistics } from 'node:v8';
      export const handler = async () => getHeapStatistics().heap_size_limit / 2 ** 20;`;
    const { functions } = await start({ 'heap/index.mjs': text }, [fn('heap')]);
    // V8 makes a semi-space of 12 MB one of 16, as it does on Lambda, and counts three.
    expect(await functions.invoke('heap', {})).toMatchObject({ payload: 231 + 3 * 16 });
  });

  it('survives process.exit, an error nobody awaits and a full heap', async () => {
    const text = `export const handler = async ({ how }) => {
      if (how === 'exit') process.exit(3);
      if (how === 'later') { setImmediate(() => { throw new Error('too late'); }); await new Promise(() => {}); }
      if (how === 'heap') { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())); }
      return 'fine';
    };`;
    const { functions, lines } = await start({ 'crash/index.mjs': text }, [fn('crash')]);
    const crash = async (how: string) => {
      const result = await functions.invoke('crash', { how });
      return result.kind === 'error'
        ? `${result.errorType} ${result.errorMessage.replace(/^.*? Error: /, '')}`
        : result;
    };
    expect(await crash('exit')).toBe('Runtime.ExitError Runtime exited with error: exit status 3');
    expect(await crash('later')).toBe('Runtime.ExitError Runtime exited with error: exit status 1');
    expect(await crash('heap')).toBe('Runtime.ExitError Runtime exited with error: signal: killed');
    expect(await functions.invoke('crash', {})).toEqual({ kind: 'ok', payload: 'fine' });
    expect(lines.join('\n')).toContain('too late');
  });

  it.each([
    ['no file', 'none/readme.txt', '', 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
    ['a missing import', 'gap/index.mjs', 'import "./gone.mjs";', 'Runtime.ImportModuleError', 'gone.mjs'],
    [
      'no such export',
      'other/index.mjs',
      'export const x = 1;',
      'Runtime.HandlerNotFound',
      'index.handler is undefined',
    ],
    ['a syntax error', 'syntax/index.mjs', 'export const = 1;', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    [
      'a callback',
      'callback/index.cjs',
      'exports.handler = (e, c, done) => done();',
      'Runtime.CallbackHandlerDeprecated',
      'async',
    ],
  ])('names the failure to load a handler: %s', async (_, file, text, errorType, message) => {
    const { functions } = await start({ [file]: text }, [fn(dirname(file))]);
    expect(await functions.invoke(dirname(file), {})).toMatchObject({
      errorType,
      errorMessage: expect.stringContaining(message) as string,
    });
  });

  it('hands what the function prints to the log, line by line', async () => {
    const text = `export const handler = async () => { console.log('one\\ntwo'); console.error('three'); process.exit(0); };`;
    const printed = deferred<undefined>();
    const seen = new Set<string>();
    const log = ({ line }: { line: string }): void => {
      if (seen.add(line).has('two') && seen.has('three')) printed.resolve(undefined);
    };
    const { functions } = await start({ 'prints/index.mjs': text }, [fn('prints')], { log });
    await functions.invoke('prints', {});
    await printed.promise;
    expect([...seen]).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });

  it('refuses an event above 6 MB, an unknown function and a reserved concurrency of 0', async () => {
    const { functions } = await start({}, [fn('big'), fn('off', { ReservedConcurrentExecutions: 0 })]);
    expect(await functions.invoke('big', 'x'.repeat(6 * 1024 * 1024))).toMatchObject({ kind: 'denied' });
    expect(await functions.invoke('nobody', {})).toEqual({
      kind: 'denied',
      reason: 'Function not found: nobody',
    });
    expect(await functions.invoke('off', {})).toMatchObject({ kind: 'denied' });
  });

  it('refuses a caller without a matching permission, naming function, principal and source', async () => {
    const { functions } = await start({ 'guarded/index.mjs': 'export const handler = async () => 1;' }, [
      fn('guarded'),
      lambda('Permission', {
        Action: 'lambda:InvokeFunction',
        FunctionName: arnOf('guarded'),
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${region}:${account}:abc/*$connect`,
      }),
    ]);
    const call = (sourceArn: string) =>
      functions.invoke('guarded', {}, { principal: 'apigateway.amazonaws.com', sourceArn });
    expect(await call(`arn:aws:execute-api:${region}:${account}:abc/prod/$connect`)).toEqual({
      kind: 'ok',
      payload: 1,
    });
    expect(await call('arn:other')).toEqual({
      kind: 'denied',
      reason:
        'apigateway.amazonaws.com may not invoke function guarded for arn:other: no AWS::Lambda::Permission allows it.',
    });
  });
});

describe('invokeAsync', () => {
  const failing = 'let n = 0; export const handler = async () => { throw new Error("run " + ++n); };';
  const config = (properties: Record<string, unknown>) =>
    lambda('EventInvokeConfig', { FunctionName: 'fails', Qualifier: '$LATEST', ...properties });
  const onFailure = { DestinationConfig: { OnFailure: { Destination: 'arn:failures' } } };

  /** Sends one event to a function that always fails, and waits for what reaches the destination. */
  const recordOf = async (properties: Record<string, unknown>) => {
    const reached = deferred<{ arn: string; record: unknown }>();
    const { functions } = await start(
      { 'fails/index.mjs': failing },
      [fn('fails', { Timeout: 900 }), config(properties)],
      {
        clock: scaledClock(600),
        destination: async (arn, record) => reached.resolve({ arn, record }),
      },
    );
    expect(await functions.invokeAsync('fails', { seq: 1 })).toEqual({ accepted: true });
    return reached.promise;
  };

  it('runs three times, then hands the record to the failure destination', async () => {
    expect(await recordOf(onFailure)).toMatchObject({
      arn: 'arn:failures',
      record: {
        version: '1.0',
        requestContext: {
          functionArn: `${arnOf('fails')}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { seq: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'run 3' },
      },
    });
  });

  it('runs once with 0 retries', async () => {
    expect(await recordOf({ ...onFailure, MaximumRetryAttempts: 0 })).toMatchObject({
      record: { requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 } },
    });
  });

  it('gives up when the event is too old for a retry', async () => {
    expect(await recordOf({ ...onFailure, MaximumEventAgeInSeconds: 60 })).toMatchObject({
      record: { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 } },
    });
  });

  it('hands the bare event to a dead-letter queue', async () => {
    const reached = deferred<unknown[]>();
    const { functions } = await start(
      { 'fails/index.mjs': failing },
      [fn('fails', { DeadLetterConfig: { TargetArn: 'arn:dead' } }), config({ MaximumRetryAttempts: 0 })],
      { destination: async (...letter) => reached.resolve(letter) },
    );
    await functions.invokeAsync('fails', { seq: 2 });
    expect(await reached.promise).toEqual(['arn:dead', { seq: 2 }, 'fails']);
  });

  it('reports an event that no destination takes', async () => {
    const reported = deferred<string>();
    const { functions } = await start(
      { 'fails/index.mjs': failing },
      [fn('fails'), config({ MaximumRetryAttempts: 0 })],
      { report: reported.resolve },
    );
    await functions.invokeAsync('fails', {});
    expect(await reported.promise).toContain('RetriesExhausted after 1 runs; Error: run 1');
  });

  it('keeps an event that failed and that its destination did not take, for the next start', async () => {
    const { open } = memoryJournals();
    const resources = [fn('fails'), config({ ...onFailure, MaximumRetryAttempts: 0 })];
    const reported = deferred<string>();
    const first = await start({ 'fails/index.mjs': failing }, resources, {
      journal: open,
      report: reported.resolve,
      destination: () => Promise.reject(new Error('the queue takes nothing')),
    });
    await first.functions.invokeAsync('fails', { seq: 3 });
    expect(await reported.promise).toContain('no destination took');
    await first.functions.close();
    const reached = deferred<unknown>();
    const second = await start({}, resources, {
      journal: open,
      destination: async (_arn, record) => reached.resolve(record),
    });
    second.functions.resume();
    expect(await reached.promise).toMatchObject({ requestPayload: { seq: 3 } });
  });

  it('does not run an event again that went well, whatever its destination says', async () => {
    const { open } = memoryJournals();
    const onSuccess = { DestinationConfig: { OnSuccess: { Destination: 'arn:successes' } } };
    const reported = deferred<string>();
    const { functions } = await start(
      { 'fine/index.mjs': 'export const handler = async () => 1;' },
      [fn('fine'), lambda('EventInvokeConfig', { FunctionName: 'fine', ...onSuccess })],
      {
        journal: open,
        report: reported.resolve,
        destination: () => Promise.reject(new Error('the queue takes nothing')),
      },
    );
    await functions.invokeAsync('fine', {});
    expect(await reported.promise).toContain('no destination took');
    expect(open('function-fine').entries()).toEqual([]);
  });

  it('refuses an event above 1 MB', async () => {
    const { functions } = await start({}, [fn('fails')]);
    expect(await functions.invokeAsync('fails', 'x'.repeat(1024 * 1024))).toMatchObject({ accepted: false });
  });

  it('reports at close how many events were still waiting', async () => {
    const { functions, reports } = await start({ 'fails/index.mjs': failing }, [fn('fails')]);
    await functions.invokeAsync('fails', 1);
    await functions.invokeAsync('fails', 2);
    await functions.close();
    expect(reports).toEqual([
      'Function fails: 2 asynchronous events were still waiting when the twin stopped.',
    ]);
  });
});

describe('startFunctions', () => {
  it.each([
    [{ Runtime: 'python3.13' }, /python3\.13/],
    [{ PackageType: 'Image' }, /container image/],
    [{ Timeout: 901 }, /Timeout must be a whole number from 1 to 900/],
  ])('refuses %o', async (properties, message) => {
    await expect(start({}, [fn('refused', properties)])).rejects.toThrow(message);
  });

  it('reports a property it does not honour, and not a harmless one', async () => {
    const { reports } = await start({}, [fn('extras', { VpcConfig: {}, Description: 'x', Tags: [] })]);
    expect(reports).toEqual(['AWS::Lambda::Function "Logicalextras": VpcConfig is not honoured by the twin']);
  });
});
