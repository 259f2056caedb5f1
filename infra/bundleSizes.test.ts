import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { bundle, weightsOf } from './bundle.ts';
import { handlers } from './handlers.ts';

/** What a bundle may weigh, compressed, in KB: a start loads all of it. */
const filter = 150;
const other = 100;
const limits: Record<keyof typeof handlers, number> = {
  ...{ authorizer: other, connect: other, disconnect: other, message: other, later: other },
  ...{ direct: filter, queue: filter, presence: other },
};

const heaviest = (entry: string): string =>
  weightsOf(entry)
    .slice(0, 6)
    .map(([name, bytes]) => `${name} ${Math.round(bytes / 1_000)} KB`)
    .join(', ');

it.each(Object.entries(handlers))('%s is small', async (name, { entry }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  bundle(entry, folder);
  const size = gzipSync(await readFile(join(folder, 'index.mjs')), { level: 9 }).length / 1_000;
  const limit = limits[name as keyof typeof limits]; // Its entries have its keys.
  expect(size, `Of its bytes before compression: ${heaviest(entry)}.`).toBeLessThan(limit);
});

it('what weighs most is named first', () => {
  const [[first], [, second]] = weightsOf(handlers.direct.entry) as [[string, number], [string, number]];
  expect(first).toBe('undici');
  expect(second).toBeGreaterThan(10_000);
});
