import { expect, it } from 'vitest';
import { functionLogLine } from './functionLog.ts';

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
