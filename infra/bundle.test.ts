import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '@jridgewell/sourcemap-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  bundle('ingest/handlers/direct.ts', folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the source map of a bundle', () => {
  const read = async () =>
    JSON.parse(await readFile(join(folder, 'index.mjs.map'), 'utf8')) as {
      sources: string[];
      mappings: string;
    };

  it('leads to our own sources only, so that a first error costs no parsing of the SDK', async () => {
    const { sources, mappings } = await read();
    const named = new Set(
      decode(mappings).flatMap((line) => line.flatMap(([, source]) => sources[source ?? -1] ?? [])),
    );
    expect([...named].some((source) => source.endsWith('ingest/filter.ts'))).toBe(true);
    expect([...named].filter((source) => source.includes('node_modules'))).toEqual([]);
  });

  it('finds the place of a line of ours', async () => {
    const { sources, mappings } = await read();
    const code = (await readFile(join(folder, 'index.mjs'), 'utf8')).split('\n');
    const sentence = 'The batch is too large for the time that was left.';
    const line = code.findIndex((text) => text.includes(sentence));
    const column = code[line]?.indexOf(sentence) ?? -1;
    const [, source, at] = decode(mappings)[line]?.findLast(([from]) => from <= column) ?? [];
    const file = await readFile(new URL('../ingest/filter.ts', import.meta.url), 'utf8');
    expect(sources[source ?? -1]).toMatch(/ingest\/filter\.ts$/);
    expect(file.split('\n')[at ?? -1]).toContain(sentence);
  });
});
