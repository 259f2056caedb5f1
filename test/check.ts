import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run check`: types, lint and format at once. Says what is wrong and nothing else; exit code 1 if anything is. */
const root = fileURLToPath(new URL('..', import.meta.url));

const checks = {
  'types (node)': ['tsc', '-p', '.'],
  'types (page)': ['tsc', '-p', 'dashboard/web'],
  'types (bench page)': ['tsc', '-p', 'test/bench/dashboard/page'],
  lint: ['oxlint', '--deny-warnings', '--format', 'unix'],
  format: ['oxfmt', '--check', '.'],
};

const run = (name: string, [tool, ...args]: string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(`node_modules/.bin/${tool ?? ''}`, args, { cwd: root });
    const output: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => output.push(data));
    child.stderr.on('data', (data: Buffer) => output.push(data));
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(Buffer.concat(output).toString());
      resolve(code === 0);
    });
  });

const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
if (results.includes(false)) process.exitCode = 1;
