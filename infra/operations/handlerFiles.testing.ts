import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file's text, by its path from the root. */
export const sourceOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The file of every handler, from the root. */
export const handlerFiles = ['ingest/handlers', 'fanout/handlers'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => /^\w+\.ts$/.test(file))
    .map((file) => `${folder}/${file}`),
);
