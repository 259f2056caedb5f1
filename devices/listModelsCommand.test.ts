import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { models } from './models/models.ts';
import { runProgram } from './program.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'list-models-'))));
afterAll(() => rm(folder, { recursive: true }));

const told = async (...args: readonly string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  const { signal } = new AbortController();
  const code = await runProgram(['list-models', ...args], { out: into(out), err: into(err), signal });
  return { code, out: out.join(''), err: err.join('') };
};

/** What `--json` prints. */
const objectsIn = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>); // Our own lines: objects, always.

describe('list-models', () => {
  it('shows every model with every field and its unit', async () => {
    const { code, out } = await told();
    expect(code).toBe(0);
    for (const model of models) {
      expect(out).toContain(`${model.type} (${model.prefix}-001): `);
      for (const name of Object.keys(model.fields)) expect(out).toContain(`\n  ${name} `);
    }
    expect(out).toMatch(/temperature +-?[\d.]+ +°C/);
  });

  it('prints so many readings a second apart', async () => {
    const { out } = await told('pump', '--sample', '3', '--json');
    const [one, ...others] = objectsIn(out);
    expect(others).toEqual([]);
    const readings = one?.['readings'] as { ts: number; flow: number }[];
    expect(readings.map(({ ts }) => ts - (readings[0]?.ts ?? 0))).toEqual([0, 1_000, 2_000]);
    expect(typeof readings[0]?.flow).toBe('number');
  });

  it('shows those of a file too, and tells what is wrong with it, with code 2', async () => {
    const path = join(folder, 'kettles.yaml');
    await writeFile(path, 'type: kettle\nfields: { full: { kind: constant, value: true } }\n');
    expect(objectsIn((await told('--models', path, '--json')).out).map(({ type }) => type)).toContain(
      'kettle',
    );

    await writeFile(path, 'type: kettle\nfields: { full: { kind: always } }\n');
    const { code, out, err } = await told('--models', path);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^kettles\.yaml: fields\.full\.kind: expected one of [^\n]*got "always"\.\n$/);
  });

  it('shows the example of custom models', async () => {
    const path = fileURLToPath(new URL('models/greenhouse.yaml', import.meta.url));
    const { code, out } = await told('greenhouse', '--models', path);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^greenhouse /) as string });
  });

  it('tells its exit codes in the help', async () =>
    expect((await told('--help')).out).toContain('Exit codes: 0'));

  it.each([
    [['toaster'], 'There is no model "toaster"; there are thermostat,'],
    [['--sample', '0'], 'from 1 to 10000'],
    [['--sample', 'x'], 'from 1 to 10000'],
    [['--models', '/nowhere/x.yaml'], 'there is no such file'],
  ])('refuses %j with code 2 and one line', async (args, hint) => {
    const { code, out, err } = await told(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
    expect(err).toMatch(/^[^\n]+\n$/);
  });
});
