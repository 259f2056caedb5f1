import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { functionLog, functionLogLine } from './functionLog.ts';

const structured = (level: string) =>
  JSON.stringify({
    level,
    message: 'message rejected',
    timestamp: '2026',
    service: 'filter',
    reason: 'bad_json',
  });
const shown = (line: string, verbose = false) => functionLogLine({ functionName: 'Filter', line }, verbose);

it('a warning is shown with its details, without what every line has', () => {
  expect(shown(structured('WARN'))).toBe('Filter WARN message rejected {"reason":"bad_json"}');
});

it('what is below a warning is shown only when asked for', () => {
  expect(shown(structured('INFO'))).toBeUndefined();
  expect(shown(structured('INFO'), true)).toMatch(/^Filter INFO/);
});

it.each(['TypeError: x is not a function', '{"half":', '42'])(
  '%s is no structured line and is always shown',
  (line) => {
    expect(shown(line)).toBe(`Filter: ${line}`);
  },
);

it('an authorizer that says 401 is not shown as a crash', () => {
  expect(shown('ERROR Invoke Error {"errorType":"Error","errorMessage":"Unauthorized"}')).toBeUndefined();
});

describe('to somebody at a terminal', () => {
  const failing = (n: number) => ({
    functionName: 'Filter',
    line: `ERROR Invoke Error ${randomUUID()} try ${n}`,
  });

  it('what is said again and again is said once, and counted', () => {
    const said: string[] = [];
    const log = functionLog((line) => said.push(line), false);
    for (let n = 1; n <= 30; n++) log(failing(n));
    log({ functionName: 'Filter', line: 'something else' });
    expect(said).toEqual([
      expect.stringContaining('try 1'),
      expect.stringMatching(/try 10 \(10 times so far\)$/),
      'Filter: something else',
    ]);
  });

  it('a long line is cut, and says how to have all of it', () => {
    const said: string[] = [];
    const line = 'x'.repeat(5_000);
    functionLog((one) => said.push(one), false)({ functionName: 'Filter', line });
    functionLog((one) => said.push(one), true)({ functionName: 'Filter', line });
    expect(said.map(({ length }) => length < 500)).toEqual([true, false]);
    expect(said[0]).toContain('--verbose');
  });
});
