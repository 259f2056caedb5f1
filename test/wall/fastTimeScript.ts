import { join } from 'node:path';
import { build } from 'esbuild';
import type { Course } from '../../infra/twin/clock.ts';

/** The script that gives a page the twin's clock. */
export const fastTimeScript = async (course: Course): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page', 'fastTime.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    define: { FIELDCAST_COURSE: JSON.stringify(course) },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};
