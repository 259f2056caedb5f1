import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { host, type LocalPorts } from '../../infra/local/ports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm start` as a process of its own, so that it can be killed. Resolves once everything listens. */
export const startTwinProcess = async (ports: LocalPorts, data: string): Promise<ChildProcess> => {
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
  const args = ['--import', 'tsx', 'infra/local/start.ts', '--devices', '0', '--data', data, ...flags];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The twin ended with ${code} before it listened.`)));
    child.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      // Printed last of what it prints at start.
      if (printed.includes(`http://${host}:${ports.control}/faults`)) resolve();
    });
  });
  return child;
};

/** As by a power cut. */
export const killTwin = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
