import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { bundle, bundleOptions } from '../../../infra/bundle.ts';
import { handlerNames, handlers, type HandlerName } from '../../../infra/handlers.ts';

/** As it is deployed; and the same source with the SDK in the place of what asks AWS, bundled whole, as anybody would. */
export const variants = ['ours', 'sdk'] as const;
export type Variant = (typeof variants)[number];

export type Built = {
  readonly handler: HandlerName;
  readonly variant: Variant;
  readonly file: string;
  /** Of the module, by gzip -9. */
  readonly bytes: number;
};

const standIns: Readonly<Record<string, string>> = {
  'clientsFromEnvironment.ts': 'sdkClients.ts',
  'edgeFromEnvironment.ts': 'sdkEdge.ts',
  'leanPostFromEnvironment.ts': 'sdkEdge.ts',
};

const withSdk: Plugin = {
  name: 'with the SDK',
  setup: (setting) => {
    setting.onResolve({ filter: /\/\w+FromEnvironment\.ts$/ }, ({ path }) => {
      const standIn = standIns[path.replace(/^.*\//, '')];
      return standIn === undefined ? undefined : { path: join(import.meta.dirname, standIn) };
    });
  },
};

const write: Readonly<Record<Variant, (entry: string, folder: string) => Promise<void>>> = {
  ours: async (entry, folder) => bundle(entry, folder),
  sdk: async (entry, folder) => {
    const { outputFiles } = await build({ ...bundleOptions(entry), external: [], plugins: [withSdk] });
    await mkdir(folder, { recursive: true });
    for (const { path, contents } of outputFiles)
      await writeFile(join(folder, path.endsWith('.map') ? 'index.mjs.map' : 'index.mjs'), contents);
  },
};

/** Bundles every handler in each variant into a folder of its own below `parent`. */
export const buildVariants = async (parent: string): Promise<Built[]> => {
  const built: Built[] = [];
  for (const handler of handlerNames)
    for (const variant of variants) {
      const folder = join(parent, variant, handler);
      await write[variant](handlers[handler].entry, folder);
      const file = join(folder, 'index.mjs');
      built.push({ handler, variant, file, bytes: gzipSync(await readFile(file), { level: 9 }).length });
    }
  return built;
};
