import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  scripts: Record<string, string>;
};

/** What `npm run <command> -- <args>` runs: its exit code, and the JSON of each line that it printed. */
const run = async (command: string, ...args: string[]): Promise<{ code: number | null; said: unknown[] }> => {
  const [, ...given] = scripts[command]?.split(' ') ?? [];
  const child = spawn(process.execPath, [...given, ...args], { cwd: root });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const lines = out.split('\n').filter((line) => line !== '');
  expect(lines, errors).not.toEqual([]);
  return { code: await code, said: lines.map((line) => JSON.parse(line) as unknown) };
};

const holding = (count: number): unknown[] => Array<unknown>(count).fill({ holds: true });

/** They are about counts: how long they take is the machine's affair. */
describe('in short, as JSON', { timeout: 5 * 60_000 }, () => {
  it('bench:push: every post of every client arrives once, well signed', async () => {
    const { code, said } = await run('bench:push', '--short', '--json');
    const [{ arrived, results }] = said as [
      { arrived: { sent: number; signaturesChecked: number }; results: unknown[] },
    ];
    expect(said).toMatchObject([{ claims: holding(1) }]);
    expect(arrived.signaturesChecked).toBe(arrived.sent);
    expect(results).toHaveLength(8); // Four clients, one at a time and 64 at once.
    expect(code).toBe(0);
  });

  it('bench:economy: what a shape costs', async () => {
    const { code, said } = await run('bench:economy', '--short', '--json', '--shape', 'filtered');
    expect(said).toMatchObject([
      { claims: holding(3), results: [{ shape: 'filtered', viewers: { received: 100, missing: 0 } }] },
    ]);
    expect(code).toBe(0);
  });

  it('bench:storm: the dead are posted to and forgotten, the living miss nothing', async () => {
    const { code, said } = await run('bench:storm', '--short', '--json');
    expect(said).toMatchObject([{ claims: holding(4), result: { posted: 1_500, missing: 0 } }]);
    expect(code).toBe(0);
  });

  it('ledger: what went wrong cost nothing', async () => {
    const few = ['--minutes', '0.05', '--ingest', 'direct', '--devices', '3', '--viewers', '2'];
    const { code, said } = await run('ledger', '--json', '--faults', 'mqtt.restart', ...few);
    expect(said).toMatchObject([{ holds: true, verdict: { classes: { lost: 0 }, kinds: ['mqtt.restart'] } }]);
    expect(code).toBe(0);
  });

  it('ledger: a run in which nothing went wrong though it was to has failed', async () => {
    const few = ['--minutes', '0.05', '--ingest', 'direct', '--devices', '1', '--viewers', '1'];
    const { code, said } = await run('ledger', '--json', '--faults', 'sqs.duplicate', ...few);
    expect(said).toMatchObject([
      { holds: false, shortfalls: ['0 faults of at least 1', '0 kinds of faults of at least 1'] },
    ]);
    expect(code).toBe(1);
  });
});
