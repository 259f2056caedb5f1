import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { runProgram } from './program.ts';

let above: string;
beforeEach(async () => (above = await mkdtemp(join(tmpdir(), 'provision-command-'))));
afterEach(() => rm(above, { recursive: true }));

/** Nothing listens on port 1: what gets so far ends with code 1. */
const told = async (...args: readonly string[]) => {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err') => ({ write: (text: string) => void (said[name] += text) });
  const { signal } = new AbortController();
  const all = ['provision', '--endpoint', 'http://127.0.0.1:1', ...args];
  return { code: await runProgram(all, { out: into('out'), err: into('err'), signal }), ...said };
};

const fleet = (): string => join(above, 'fleet');

it.each([[[]], [['--yes']]])(
  'a missing parent of the folder ends with code 2 before AWS is asked, %j',
  async (yes) => {
    const { code, err } = await told('--count', '1', '--out', join(above, 'a', 'fleet'), ...yes);
    expect(code).toBe(2);
    expect(err).toMatch(/^There is no folder [^\n]+ to make [^\n]+\.\n$/);
    expect(await readdir(above)).toEqual([]);
  },
);

it('a folder that is a file ends with code 2, without codes of the system', async () => {
  await writeFile(fleet(), '');
  for (const args of [['--count', '1'], ['--undo']]) {
    const { code, err } = await told(...args, '--out', fleet());
    expect(code).toBe(2);
    expect(err).toMatch(/^[^\n]+ a file[^\n]+\n$/);
    expect(err).not.toMatch(/E[A-Z]{4,}/);
  }
});

it('a damaged fleet file ends with code 2', async () => {
  await writeFile(join(above, 'fleet.json'), '{"version":1,');
  const { code, err } = await told('--count', '1', '--out', above);
  expect({ code, err }).toEqual({
    code: 2,
    err: `${join(above, 'fleet.json')}: is not JSON; mend it, or have provision write another in an empty folder.\n`,
  });
});

it('undoing a fleet that is not there ends with code 2', async () => {
  const { code, err } = await told('--undo', '--out', fleet());
  expect({ code, err }).toEqual({
    code: 2,
    err: `There is no fleet in ${fleet()}: give its folder with --out.\n`,
  });
});

it('a type is one of a model, built in or of a file', async () => {
  const args = ['--count', '1', '--out', fleet(), '--type', 'kettle'];
  expect(await told(...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^There is no model "kettle": give as --type one of thermostat, [^\n]+\n$/,
    ) as string,
  });
  const models = join(above, 'models.yaml');
  await writeFile(models, 'type: kettle\nfields: { full: { kind: constant, value: true } }\n');
  expect((await told(...args, '--models', models)).code).toBe(1);
});

it('an API that does not answer is told in words', async () => {
  const { code, err } = await told('--count', '1', '--out', fleet());
  expect(code).toBe(1);
  expect(err).toMatch(/^Nothing answers at http:\/\/127\.0\.0\.1:1 \([a-z ]+\): start the twin/);
});

it('the help tells the exit codes', async () => {
  expect((await told('--help')).out).toContain('Exit codes: 0');
});
