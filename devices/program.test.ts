import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { runProgram } from './program.ts';
import { writeFleetFile } from './provision/fleetFile.ts';

/** Runs a command line that must end before it publishes anything. */
const tried = async (line: string) => {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  const code = await runProgram(line === '' ? [] : line.split(' '), {
    out: into(out),
    err: into(err),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(''), err: err.join('') };
};

describe('the command line', () => {
  it.each([
    ['simulat', 'Did you mean simulate?'],
    ['simulate --rat 5', 'Did you mean --rate?'],
    ['simulate extra', 'too many arguments'],
    ['simulate --devices', 'argument missing'],
    ['simulate --devices 0', 'from 1 to 20000'],
    ['simulate --devices 20001', 'from 1 to 20000'],
    ['simulate --devices 5001', 'use --workers 2 for 5001'],
    ['simulate --workers 0', 'from 1 to 64'],
    ['simulate --devices 2.5', 'a whole number'],
    ['simulate --rate 0', 'from 0.01 to 100'],
    ['simulate --rate 1e1', 'from 0.01 to 100'],
    ['simulate --rate 101', 'from 0.01 to 100'],
    ['simulate --rate fast', 'from 0.01 to 100'],
    ['simulate --duration -1', 'number of seconds'],
    ['simulate --broker localhost:1883', 'mqtt://127.0.0.1:1883'],
    ['simulate --broker http://localhost', 'mqtt://127.0.0.1:1883'],
    ['simulate --regions eu-west,#', 'names by commas'],
    ['simulate --regions eu-west,', 'names by commas'],
    ['simulate --devices 5000 --rate 100', 'lower --devices or --rate'],
    ['simulate --offline 10%', 'such as 10%:30s/5m'],
    ['simulate --refused nobody', 'names no devices'],
    ['simulate --slow region=nowhere:5s', 'There are regions eu-west'],
    ['simulate --model nope', 'There is no model "nope"'],
    ['simulate --models nope.yaml', 'nope.yaml'],
    ['simulate --id-prefix a/b', 'letters, digits'],
    ['simulate --fleet-file nope.json', 'nope.json'],
    ['simulate --fleet-file nope.json --regions roof', 'leave out --id-prefix and --regions'],
  ])('refuses `%s` with code 2 and one line that says what to do', async (line, hint) => {
    const { code, out, err } = await tried(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
    expect(err).toMatch(/^[^\n]+\n$/);
  });

  it.each([
    'simulate --broker http://me:secret@localhost',
    'simulate --broker me:secret@localhost',
    'simulate --broker mqtt://me:secret@127.0.0.1:1 --ca ca.pem',
    'replay package.json --broker http://me:secret@localhost',
  ])('keeps the password in the url of `%s`', async (line) => {
    const { code, err } = await tried(line);
    expect(code).toBe(2);
    expect(err).not.toContain('secret');
  });

  it('refuses a rate that the devices of a fleet file cannot have, before it reads their certificates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    const path = join(folder, 'fleet.json');
    const deviceOf = (n: number) => ({
      ...{ thing: `pump-${n}`, region: 'roof' },
      ...{ certificate: 'none.crt', privateKey: 'none.key' },
    });
    const devices = Array.from({ length: 300 }, (_, n) => deviceOf(n));
    await writeFleetFile(path, { version: 1, endpoint: 'mqtts://127.0.0.1:1', devices });
    const { code, err } = await tried(`simulate --fleet-file ${path} --rate 100`);
    await rm(folder, { recursive: true });
    expect(code).toBe(2);
    expect(err).toContain('300 devices at 100 per second');
  });

  it('shows its commands, with code 2, when it is given none', async () => {
    const { code, err } = await tried('');
    expect(code).toBe(2);
    expect(err).toContain('simulate [options]');
  });

  it('explains `simulate` with examples and code 0', async () => {
    const { code, out } = await tried('simulate --help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
  });
});
