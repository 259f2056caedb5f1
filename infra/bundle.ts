import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { buildSync, type BuildOptions } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS dependencies in an ES module need a `require`. */
const banner = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

/**
 * Parts of undici that no post comes to, a third of a bundle: its HTTP parser for processors without SIMD, which Lambda's have, and
 * what makes bodies of forms and streams. Each is required where it would be used, and there only.
 */
const neverLoaded = ['*/llhttp-wasm.js', '*/web/fetch/body.js'];

type SourceMap = {
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
};

/**
 * A source map without what it says of dependencies. Node parses the whole map when the first stack of an environment is
 * read: with an SDK in it that was a quarter of a second of CPU, more than starting the function takes.
 */
const ownSourcesOf = (map: SourceMap): SourceMap => {
  const isOwn = map.sources.map((source) => !source.includes('node_modules/'));
  const kept = (segment: SourceMapSegment): SourceMapSegment =>
    segment.length > 1 && isOwn[segment[1] ?? -1] ? segment : [segment[0]];
  const mappings = decode(map.mappings).map((line) =>
    // Of those that lead nowhere, the first of a row says it all.
    line.map(kept).filter((segment, n, all) => segment.length > 1 || all[n - 1]?.length !== 1),
  );
  const isNamed = new Set(mappings.flatMap((line) => line.map((segment) => segment[4])));
  return {
    ...map,
    // Empty, not left out: segments count them.
    sources: map.sources.map((source, n) => (isOwn[n] ? source : '')),
    names: map.names.map((name, n) => (isNamed.has(n) ? name : '')),
    mappings: encode(mappings),
  };
};

/** How an entry becomes one ES module and its source map. */
export const bundleOptions = (entry: string) =>
  ({
    absWorkingDir: root,
    entryPoints: [entry],
    // Not where it is written: the source map's paths, and so the asset's hash, must not depend on this machine.
    outfile: 'dist/handler/index.mjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20', // The twin runs the same file on its user's Node.
    format: 'esm',
    mainFields: ['module', 'main'],
    external: neverLoaded,
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: banner },
    logLevel: 'error',
  }) satisfies BuildOptions;

/**
 * Writes one ES module and its source map for an entry, a path from the root of the repository: with all its dependencies, so
 * that what runs does not depend on what the runtime ships.
 */
export const bundle = (entry: string, outdir: string): void => {
  const { outputFiles } = buildSync(bundleOptions(entry));
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  const map = JSON.parse(text('.map')) as SourceMap; // esbuild's own.
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'index.mjs'), text('.mjs'));
  writeFileSync(join(outdir, 'index.mjs.map'), JSON.stringify(ownSourcesOf(map)));
};

/** How many bytes of an entry's module, before it is compressed, are of each package, or of ours; the heaviest first. */
export const weightsOf = (entry: string): [name: string, bytes: number][] => {
  const weights = new Map<string, number>();
  const { metafile } = buildSync({ ...bundleOptions(entry), metafile: true });
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own';
      weights.set(name, (weights.get(name) ?? 0) + bytesInOutput);
    }
  return [...weights].sort(([, a], [, b]) => b - a);
};
