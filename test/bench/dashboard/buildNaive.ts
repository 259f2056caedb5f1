import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Naive</title>
    <link rel="stylesheet" href="/naive.css" />
    <script type="module" src="/naive.js"></script>
  </head>
  <body><div id="app"></div></body>
</html>
`;

/** Builds the naive page into a folder that `remove` removes. */
export const buildNaive = async (): Promise<{ directory: string; remove: () => Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'fieldcast-naive-'));
  await build({
    entryPoints: { naive: join(import.meta.dirname, 'page', 'naive.tsx') },
    outdir: directory,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  await writeFile(join(directory, 'index.html'), html);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
};
