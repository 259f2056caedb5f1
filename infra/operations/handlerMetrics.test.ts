import { basename } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { metrics } from '../../fanout/metrics.ts';
import { handlerFiles, root, sourceOf } from './handlerFiles.testing.ts';
import { measuredBy } from './handlerMetrics.ts';

/** What our own files, of which something is left in a handler's bundle, say. */
const sourcesOf = async (handler: string): Promise<string> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [handler],
    outfile: 'out.mjs',
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path !== 'fanout/metrics.ts')
    .map(([path]) => sourceOf(path))
    .join('\n');
};

describe('the handlers', () => {
  it('call themselves by their file, in metrics and in logs', () => {
    for (const handler of handlerFiles) {
      const named = [...sourceOf(handler).matchAll(/(?:handlerMetrics\(|serviceName: )'([^']+)'/g)];
      expect(named.map(([, name]) => name)).toEqual([basename(handler, '.ts'), basename(handler, '.ts')]);
    }
  });

  it('measure what alarms and dashboard add up over them, and nothing beside it', async () => {
    const sources = await Promise.all(handlerFiles.map(sourcesOf));
    const measuring = (metric: string): string[] =>
      handlerFiles.filter((_, n) => sources[n]?.includes(`'${metric}'`)).map((path) => basename(path, '.ts'));
    for (const metric of Object.keys(metrics) as (keyof typeof metrics)[])
      expect([metric, measuring(metric).toSorted()]).toEqual([metric, measuredBy[metric].toSorted()]);
  });
});
