import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

const tried = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  const io = { out: into(out), err: into(err), signal: new AbortController().signal };
  const code = await runProgram(['scenario', ...args], io);
  return { code, out: out.join(''), err: err.join('') };
};

const story = `
name: small
system:
  broker: mqtt://anna:secret@127.0.0.1:1
  websocket: wss://bert:secret@127.0.0.1:1
  token: { env: NOBODY }
fleets:
  lamps: { count: 1, models: [lamp], modelsFile: lamps.yaml, regions: [a] }
phases: [{ name: only, for: 1s }]
expect: [{ lost: 0 }]
`;

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenario-command-'));
  await writeFile(at('lamps.yaml'), 'type: lamp\nfields:\n  lux: { kind: constant, value: 1 }\n');
  await writeFile(at('small.yaml'), story);
  await writeFile(at('wrong.yaml'), story.replace('[lamp]', '[lam]'));
  await writeFile(at('file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command scenario', () => {
  it('tells the story, with models from beside it and without passwords', async () => {
    const { code, out } = await tried(at('small.yaml'), '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('fleet lamps: 1 devices (lamp) in a');
    expect(out).toContain('on mqtt://127.0.0.1:1 and wss://127.0.0.1:1');
    expect((await tried(at('small.yaml'), '--dry-run', '--json')).out).not.toContain('secret');
  });

  it.each([
    [
      'there is no model',
      ['wrong.yaml'],
      'wrong.yaml: fleets.lamps.models: there is no model "lam"; known are',
    ],
    ['a folder', ['.'], 'it is a folder; give the path of a scenario in YAML.'],
    ['no file', ['none.yaml'], 'there is no such file; give the path of a scenario in YAML.'],
  ])('refuses %s in one sentence', async (_, [file = ''], sentence) => {
    const { code, err } = await tried(at(file));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(sentence) as string });
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('refuses to keep its ledger where that cannot be, before anything is started', async () => {
    for (const out of [at('file'), join(at('file'), 'ledger')]) {
      const { code, err } = await tried(at('small.yaml'), '--out', out);
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringMatching(
          /^No ledger can be kept in .*; give another folder with --out\.\n$/,
        ) as string,
      });
    }
  });
});
