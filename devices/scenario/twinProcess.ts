import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DevicesError } from '../devicesError.ts';
import { controlAt, type Control } from './control.ts';
import type { IotApi } from './provisionDevices.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = '127.0.0.1';
const startMs = 90_000;
const lookEveryMs = 150;
/** The twin ends within 2 s of being asked. */
const endMs = 4_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0; // Listening on TCP, it is an object.
};

/** A process with this ends when whoever started it is gone, even if that was killed: its standard input closes then. */
const endsWithUs = "data:text/javascript,process.stdin.on('close',()=>process.exit()).resume()";

/** The servers of a twin, by the flags that move them. Asked of itself: what it does not run here, somebody else may. */
const serverNames = async (): Promise<string[]> => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'infra/local/start.ts', '--help'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let help = '';
  child.stdout.on('data', (bytes: Buffer) => (help += bytes.toString()));
  await once(child, 'close');
  return [...help.matchAll(/^ +--([a-z-]+)-port /gm)].map(([, name = '']) => name);
};

const last = (lines: readonly string[]): string => lines.slice(-3).join(' ').trim();

/** Ends a process: politely, then not. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), endMs);
  await gone;
  clearTimeout(timer);
};

export type TwinProcess = {
  readonly broker: string;
  readonly webSocketUrl: string;
  readonly issuer: string;
  readonly iot: IotApi;
  readonly control: Control;
  readonly close: () => Promise<void>;
};

type TwinSettings = {
  readonly ingest: 'direct' | 'queue';
  /** What its faults are drawn by. */
  readonly seed: number;
};

/** The process, and its last complaints. */
const launch = (
  { ingest, seed }: TwinSettings,
  ports: Readonly<Record<string, number>>,
): { readonly child: ChildProcess; readonly complaints: readonly string[] } => {
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
  const args = ['--devices', '0', '--ingest', ingest, '--seed', String(seed), ...flags];
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=64', '--import', endsWithUs, '--import', 'tsx', 'infra/local/start.ts', ...args],
    {
      cwd: root,
      // Of its own group: Ctrl-C is for us, who end it when the run has come to its end.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  const complaints: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => {
    complaints.push(...bytes.toString().split('\n'));
    complaints.splice(0, complaints.length - 20);
  });
  return { child, complaints };
};

/** The outputs of a twin once it answers; undefined if it ended before, or took too long, or was stopped. */
const outputsOf = async (
  child: ChildProcess,
  control: Control,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const giveUpAt = performance.now() + startMs;
  for (;;) {
    const outputs = await control.outputs();
    if (outputs !== undefined) return outputs;
    const isDead = child.exitCode !== null || child.signalCode !== null;
    if (isDead || signal.aborted || performance.now() > giveUpAt) return undefined;
    await wait(lookEveryMs);
  }
};

const noStart = (complaints: readonly string[], signal: AbortSignal): DevicesError =>
  new DevicesError(
    'system_unreachable',
    signal.aborted
      ? 'Stopped while the twin was starting.'
      : `The twin did not start: ${last(complaints) || 'it said nothing'}`,
  );

/**
 * Starts a twin without devices in a process of its own, on free ports of the loopback. It ends with `close()`, and with this
 * process. Throws DevicesError `system_unreachable` if it does not start.
 */
export const startTwin = async (settings: TwinSettings, signal: AbortSignal): Promise<TwinProcess> => {
  const names = await serverNames();
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
  );
  const urlOf = (name: string, scheme = 'http'): string => `${scheme}://${host}:${ports[name] ?? 0}`;
  const { child, complaints } = launch(settings, ports);
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const close = async (): Promise<void> => {
    await end(child);
    process.off('exit', killNow);
  };
  const control = controlAt(urlOf('control'));
  const outputs = await outputsOf(child, control, signal);
  if (outputs === undefined) {
    await close();
    throw noStart(complaints, signal);
  }
  const { WebSocketUrl: webSocketUrl = '', DevicePolicyName: policy = '' } = outputs;
  const iot = { api: urlOf('iot'), policy };
  return { broker: urlOf('mqtt', 'mqtt'), webSocketUrl, issuer: urlOf('issuer'), iot, control, close };
};
