import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../devices/program.ts';
import { host, type LocalPorts } from '../infra/local/ports.ts';
import { freePorts, startForTest } from './local.ts';

/** Runs a command line of the simulator. */
const tried = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) });
  const io = { out: into(out), err: into(err), signal: new AbortController().signal };
  const code = await runProgram(args, io);
  return { code, out: out.join(''), err: err.join('') };
};

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'scenario-test-'))));
afterAll(() => rm(folder, { recursive: true }));

it('hello.yaml passes on a twin of its own, and keeps its ledger', { timeout: 180_000 }, async () => {
  const hello = fileURLToPath(new URL('../devices/scenarios/hello.yaml', import.meta.url));
  const ledger = join(folder, 'hello');
  const { code, out, err } = await tried('scenario', hello, '--json', '--out', ledger);
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  expect({ err, failed: events.filter(({ holds }) => holds === false) }).toEqual({ err: '', failed: [] });
  expect(code).toBe(0);
  expect(events.filter(({ event }) => event === 'stage').map(({ name }) => name)).toEqual([
    'starting the twin',
    'hello',
    'a hiccup',
    'settling',
  ]);
  expect(events.at(-1)).toMatchObject({ event: 'summary', passed: true, settled: true });
  for (const hop of ['attempted', 'published', 'posted', 'applied'])
    expect(await readFile(join(ledger, `${hop}.jsonl`), 'utf8')).toMatch(/"seq":0[\s\S]*\{"end":\d+\}\n$/);
});

it(
  'devices with certificates of their own publish, and with others are refused',
  { timeout: 180_000 },
  async () => {
    const file = join(folder, 'certified.yaml');
    await writeFile(
      join(folder, 'lamps.yaml'),
      'type: lamp\nfields:\n  lux: { kind: constant, value: 400 }\n',
    );
    await writeFile(
      file,
      `name: certified
system: twin
fleets:
  lamps: { count: 4, models: [lamp], modelsFile: lamps.yaml, regions: [eu-west], certificates: true }
viewers:
  someone: { grants: ['region:eu-west'], subscriptions: [{ region: eu-west }] }
phases:
  - { name: calm, for: 3s }
  - { name: strangers, for: 3s, behaviours: [refused: { share: 50% }] }
settle: 3s
expect:
  - { lost: 0, delivered: 100% }
  - { phase: calm, refused: 0, readings: { atLeast: 4 } }
  - { fleet: lamps, phase: strangers, refused: { atLeast: 2 }, readings: { atLeast: 2 } }
`,
    );
    const { code, out, err } = await tried('scenario', file);
    expect({ failed: out.match(/^FAIL .*/gm), err, code }).toEqual({ failed: null, err: '', code: 0 });
  },
);

describe('on a system that runs', { timeout: 120_000 }, () => {
  let ports: LocalPorts;
  let local: Awaited<ReturnType<typeof startForTest>>;
  beforeAll(async () => {
    ports = await freePorts();
    local = await startForTest({ ports });
  });
  afterAll(() => local.close());

  /** A fleet of pumps and someone who watches them, for some seconds. */
  const play = async (
    name: string,
    { control, lasts = '3s', patience = '30s', phase, expected }: Record<string, string>,
  ) => {
    const file = join(folder, `${name}.yaml`);
    await writeFile(
      file,
      `name: ${name}
system:
  broker: ${local.mqttUrl}
  websocket: ${local.webSocketUrl}
  token: { issuer: 'http://${host}:${ports.issuer}' }
  ${control ?? ''}
fleets:
  ${name}: { count: 2, models: [pump], regions: [eu-west], rate: 2 }
viewers:
  someone: { grants: ['region:eu-west'], subscriptions: [{ region: eu-west }] }
phases:
  - { name: only, for: ${lasts}, ${phase ?? ''} }
settle: 1s
patience: ${patience}
expect:
  - ${expected ?? 'lost: 0'}
`,
    );
    return tried('scenario', file);
  };

  it('what happens inside is unknown without a control server, and not taken for lost', async () => {
    const { code, out } = await play('blind', {
      expected: '{ lost: 0, forged: 0, unrecorded: 0, delivered: 100%, duplicates: { atLeast: 1 } }',
    });

    expect(code).toBe(1);
    expect(out.match(/^ok {3}.*/gm)).toHaveLength(4);
    expect(out).toMatch(/FAIL duplicates at least 1: found 0\n/);
    expect(out).toMatch(
      /published unknown → acknowledged \+.* → posted unknown → received \+.* → applied \+/,
    );
  });

  it('a failed expectation ends with 1 and tells which reading went where, and where it stopped', async () => {
    const control = `control: 'http://${host}:${ports.control}'`;
    // A 413 is for good: what was refused is not sent again. The fleet stops long before posts are taken again: nothing that
    // comes later shows the client that it missed something, so that it cannot heal it either.
    const phase = 'faults: { connections.too-large: {} }, do: [{ at: 1500ms, stop: faulty }]';
    const expected = '{ lost: 0, leaks: 0 }';
    const { code, out, err } = await play('faulty', {
      control,
      lasts: '10s',
      patience: '2s',
      phase,
      expected,
    });

    expect(err).toBe('faulty: 1 of 2 expectations failed.\n');
    expect(code).toBe(1);
    expect(out).toContain('ok   leaks 0: found 0');
    expect(out).toMatch(
      /FAIL lost 0: found [1-9]\d*\n +faulty-pump-00\d, boot \d+, seq \d+ \(pump, eu-west, taken during "only"\) for someone: lost: .*; it stopped before "posted"\n/,
    );
    expect(out).toMatch(
      /attempted [\d:.]+ → published .+ → acknowledged .+ → posted never \((once|\d+ times) 413\) → received never → applied never/,
    );
  });

  it('a fault that does not exist is refused before anything begins', async () => {
    const control = `control: 'http://${host}:${ports.control}'`;
    const { code, err } = await play('mistaken', { control, phase: 'faults: { connections.slow: {} }' });
    expect(err).toContain('There is no fault "connections.slow"; known are dynamodb.throttle');
    expect(code).toBe(2);
  });
});
