import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let source: string | undefined;

/**
 * The worker thread's program as CommonJS text, bundled once. A thread is started from text, so that it does not
 * matter whether the twin itself runs from source under a loader or from a bundle.
 */
export const workerSource = (): string => (source ??= bundle());

const bundle = (): string => {
  const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
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
