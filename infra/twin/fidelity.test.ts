import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { authorizerResultBytes, awsLimits, integrationTimeoutMs } from './apigateway/limits.ts';
import * as iot from './iot/limits.ts';
import { maxAsyncBytes, maxSyncBytes } from './lambda/invocation.ts';
import { maxMessageBytes } from './sqs/message.ts';
import { notRunTypeNames } from './template/notRunTypes.ts';
import { runTypes } from './template/runTypes.ts';

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = textOf('FIDELITY.md');

/** The part of the page under a heading, up to the next. */
const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const linked = [...page.matchAll(/\[([^\]]+)\]\(([\w./]+\.test\.ts)\)/g)].map(
  ([, title = '', file = '']) => [file, title] as const,
);

describe('the fidelity page', () => {
  it('names a test for every rule', () => {
    const rules = page.split('\n').filter((line) => /^\| (?!rule|what waits|limit|---)/.test(line));
    const outside = section('Limits').split('\n');
    const without = rules.filter((line) => !outside.includes(line) && !line.includes('.test.ts)'));
    expect(without).toEqual([]);
    expect(linked.length).toBeGreaterThan(90);
  });

  it.each(linked)('is right about %s: %s', (file, title) => {
    const source = textOf(file);
    const literals = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    expect(literals.some((literal) => source.includes(literal))).toBe(true);
  });

  it('has the limits of the code', () => {
    const limits = {
      ...awsLimits,
      integrationTimeoutMs,
      authorizerResultBytes,
      ...iot,
      maxSyncBytes,
      maxAsyncBytes,
      maxMessageBytes,
    };
    const rows = [...section('Limits').matchAll(/^\| `(\w+)` +\| (\d+) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]))).toEqual(limits);
  });

  it('lists every resource type, as run or as not run', () => {
    const [, run = '', notRun = ''] = section('Resource types').split(/These (?:run|are accepted)/);
    const types = (text: string) => quoted(text).filter((name) => name.startsWith('AWS::'));
    expect(types(run)).toEqual(Object.keys(runTypes));
    expect(types(notRun)).toEqual([...notRunTypeNames]);
  });
});
