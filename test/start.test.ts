import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { host, type LocalPorts } from '../infra/local/ports.ts';
import { freePorts } from './local.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const collect = (child: ChildProcess) => {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (said.err += data.toString()));
  return { child, said };
};

const run = (script: string, args: string[]) =>
  collect(spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root }));

/** Runs a line as somebody would who pasted it. */
const paste = (line: string) => collect(spawn('sh', ['-c', `exec ${line}`], { cwd: root }));

/** Debian's client: used where it is installed, reported as skipped where it is not. */
const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined;

const end = async (child: ChildProcess): Promise<number> => {
  const [code] = (await once(child, 'close')) as [number];
  return code;
};

const flags = (ports: LocalPorts): string[] =>
  Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect({ host, port });
  const listening = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return listening;
};

describe('npm start', () => {
  // The first start of a clone builds the page.
  it(
    'says where to look, gives tokens out, and stops as a whole on Ctrl-C',
    { timeout: 60_000 },
    async () => {
      const ports = await freePorts();
      const { child, said } = run('infra/local/start.ts', [...flags(ports), '--devices', '3']);
      await expect.poll(() => said.out + said.err, { timeout: 30_000 }).toContain('Fieldcast is ready after');
      expect(said.out).toContain(`http://${host}:${ports.dashboard}`);
      expect(said.out).toMatch(/npx wscat -c ws:\/\/\S+ -s fieldcast\.v1 -s bearer\.\S+/);
      expect(said.out).toContain(`mosquitto_pub -p ${ports.mqtt}`);

      const token = run('infra/local/token.ts', ['--grant', '*', '--issuer-port', String(ports.issuer)]);
      expect(await end(token.child)).toBe(0);
      expect(token.said.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);

      child.kill('SIGINT');
      expect(await end(child)).toBe(0);
      expect(said.out).toMatch(/Simulated devices: \d+ published/);
      for (const port of Object.values(ports)) expect(await isListening(port)).toBe(false);
    },
  );

  it('says in one sentence which port is taken and how to move it', async () => {
    const taken = createServer().listen(0, host);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { child, said } = run('infra/local/start.ts', flags({ ...(await freePorts()), mqtt: port }));
    expect(await end(child)).toBe(2);
    expect(said.err).toBe(
      `Port ${port}, meant for MQTT, is taken; stop what uses it or choose another with --mqtt-port.\n`,
    );
    taken.close();
  });

  it.each([
    [['--nonsense'], /unknown option '--nonsense'/],
    [['--devices', '-1'], /--devices.*from 0 to 5000/],
    [['--rate', 'fast'], /--rate.*from 0\.01 to 100/],
    [['extra'], /too many arguments/],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { child, said } = run('infra/local/start.ts', args);
    expect(await end(child)).toBe(2);
    expect(said.err).toMatch(sentence);
    expect(said.err.trim().split('\n')).toHaveLength(1);
  });
});

describe('the lines that npm start prints', () => {
  let started: ReturnType<typeof run>;
  let ports: LocalPorts;

  beforeAll(async () => {
    ports = await freePorts();
    started = run('infra/local/start.ts', [...flags(ports), '--devices', '0']);
    await vi.waitFor(() => expect(started.said.out).toContain('npx mqtt pub'), { timeout: 30_000 });
  });
  afterAll(async () => {
    started.child.kill('SIGINT');
    await end(started.child);
  });

  const printed = (start: string): string => {
    const line = started.said.out.split('\n').find((candidate) => candidate.trim().startsWith(start));
    if (line === undefined) throw new Error(`No line starts with ${start}`);
    return line.trim().replace(/ +#.*$/, '');
  };

  const reaches = async (publisher: string): Promise<void> => {
    const watching = paste(printed('npx wscat').replace('npx ', 'node_modules/.bin/'));
    await expect.poll(() => watching.said.out, { timeout: 15_000 }).toContain('"subscribed"');
    const publish = printed(publisher).replace('npx ', 'node_modules/.bin/');
    // Again until it arrives: the filter may remember for a second that nobody wants this device.
    await expect
      .poll(
        async () => {
          expect(await end(paste(publish).child)).toBe(0);
          return watching.said.out;
        },
        { timeout: 15_000, interval: 500 },
      )
      .toMatch(/"sensor_update".*"kettle-1".*"temperature":20/);
    watching.child.kill();
    await end(watching.child);
  };

  it('a reading of mqtt pub reaches wscat', () => reaches('npx mqtt pub'));
  it.skipIf(!hasMosquitto)('a reading of mosquitto_pub reaches wscat', () => reaches('mosquitto_pub'));
});

describe('npm run token', () => {
  it.each([
    [['--grant', 'regoin:eu-west'], /--grant.*device:…, region:… or type:…/],
    [['--grant', '*', '--expires', '365d'], /--expires.*at most 7d/],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { child, said } = run('infra/local/token.ts', args);
    expect(await end(child)).toBe(2);
    expect(said.err).toMatch(sentence);
  });

  it('says what to do when no twin runs', async () => {
    const { issuer } = await freePorts();
    const { child, said } = run('infra/local/token.ts', ['--grant', '*', '--issuer-port', String(issuer)]);
    expect(await end(child)).toBe(2);
    expect(said).toEqual({
      out: '',
      err: `No twin answers at http://${host}:${issuer}; run npm start, or say where it is with --issuer-port.\n`,
    });
  });
});
