import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from './build.ts';

const parent = mkdtempSync(join(tmpdir(), 'page-'));
const page = join(parent, 'dist');
afterAll(() => rmSync(parent, { recursive: true }));

const build = `import(${JSON.stringify(join(import.meta.dirname, 'build.ts'))}).then(async ({ buildPage }) =>
  process.stdout.write(await buildPage(${JSON.stringify(page)})))`;

/** Builds in a process of its own, and gives what `buildPage` said. */
const buildElsewhere = async (): Promise<string> => {
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', build], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
};

const read = (path: string): string => readFileSync(join(page, path), 'utf8');
const sizeOf = (path: string): number => readFileSync(join(page, path)).length;
const files = (): string[] =>
  readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(page.length + 1));
const assetsOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);

/** The scripts that the page waits for: those it names, and what they import without being asked to. */
const firstScripts = (): string[] => {
  const found = new Set(assetsOf(read('index.html')).filter((path) => path.endsWith('.js')));
  for (const path of found)
    for (const [, name = ''] of read(path).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      found.add(`assets/${name}`);
  return [...found];
};

const looksWhole = (): boolean => {
  try {
    return assetsOf(read('index.html')).every((path) => existsSync(join(page, `${path}.br`)));
  } catch {
    return !existsSync(page);
  }
};

/** A page is whole where all that it names is there. It may be replaced between two looks; one that is half stays so. */
const isWhole = (): boolean => [1, 2, 3].some(looksWhole);

describe('two processes that build the page at once', () => {
  it('leave a whole one, nothing beside it, and at no time half of one', async () => {
    const looks: boolean[] = [];
    const looking = setInterval(() => looks.push(isWhole()), 1);
    const said = await Promise.all([buildElsewhere(), buildElsewhere()]);
    clearInterval(looking);
    expect(said.every((word) => word === 'built' || word === 'fresh')).toBe(true);
    expect(looks.every(Boolean)).toBe(true);
    expect(readdirSync(parent)).toEqual(['dist']);
    expect(await buildPage(page)).toBe('fresh');
  }, 60_000);
});

describe('the built page', () => {
  beforeAll(() => buildPage(page));

  it('has less than 80 KB of JavaScript to load at first', () => {
    const scripts = firstScripts();
    const total = (ending: string): number =>
      scripts.reduce((sum, path) => sum + sizeOf(`${path}.${ending}`), 0);
    console.log(`first load: ${total('br')} B of JavaScript by brotli, ${total('gz')} B by gzip`);
    expect(scripts.length).toBeGreaterThan(0);
    expect(total('br')).toBeLessThan(80_000);
  });

  it('has no script, style or handler of its own in index.html', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:/i);
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain(' src="/assets/');
    expect(html.indexOf('rel="stylesheet"')).toBeGreaterThan(0);
  });

  it('has a hash in the name of every asset, and little else', () => {
    const [assets, others] = [true, false].map((is) =>
      files().filter((path) => path.startsWith('assets') === is),
    );
    for (const path of assets ?? []) expect(basename(path)).toMatch(/-[\w-]{8}\.\w+(\.br|\.gz)?$/);
    const names = new Set(others?.map((path) => path.replace(/\.(br|gz)$/, '')));
    expect(names).toEqual(new Set(['index.html', 'favicon.svg', '.sources']));
  });

  it('has compressed twins of the same bytes', () => {
    const texts = files().filter((path) => /\.(html|js|css|svg|json)$/.test(path));
    expect(texts.length).toBeGreaterThan(3);
    for (const path of texts) {
      const bytes = readFileSync(join(page, path));
      expect(brotliDecompressSync(readFileSync(join(page, `${path}.br`)))).toEqual(bytes);
      expect(gunzipSync(readFileSync(join(page, `${path}.gz`)))).toEqual(bytes);
    }
  });

  it('is built anew when one of its files is missing', async () => {
    rmSync(join(page, 'index.html.br'));
    expect(await buildPage(page)).toBe('built');
    expect(existsSync(join(page, 'index.html.br'))).toBe(true);
  }, 60_000);
});
