import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { TwinError } from '../twinError.ts';

let source: string | undefined;

/**
 * The worker thread's program as CommonJS text, made once. A thread is started from text, so that it does not matter
 * which loader the twin itself runs under. A bundled twin, without `worker.ts` beside it, needs `worker.cjs` there:
 * the text of {@link bundleWorker}, written when the bundle was made. Throws TwinError `no_worker` without either.
 */
export const workerSource = (): string => (source ??= builtSource() ?? bundleWorker());

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const builtSource = (): string | undefined => {
  const file = beside('worker.cjs');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

/** Bundles `worker.ts` and what it imports. */
export const bundleWorker = (): string => {
  const entry = beside('worker.ts');
  if (!existsSync(entry)) {
    throw new TwinError('no_worker', `${entry} is missing; put worker.ts or a built worker.cjs there.`);
  }
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  return outputFiles[0]?.text ?? '';
};
