import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { weightsOf } from './bundle.ts';
import { Handler } from './handler.ts';
import { parseSettings } from './settings.ts';
import { FieldcastStack } from './stack.ts';

/** What a bundle may weigh, compressed, in KB: a start loads all of it. */
const limitOf = (entry: string): number =>
  ['ingest/handlers/direct.ts', 'ingest/handlers/queue.ts'].includes(entry) ? 150 : 100;

const settings = parseSettings({
  issuer: 'https://issuer.example.com',
  audience: 'viewers',
  hosting: false,
});
const app = new App();
const stack = new FieldcastStack(app, 'Test', { settings });
const { directory } = app.synth();

/** Entries of the stack's functions. */
const handlers = stack.node.findAll().filter((construct) => construct instanceof Handler);
const entryOf = (handler: Handler): string =>
  handler.node.findAll().find((construct) => construct instanceof CfnFunction)?.description ?? '';
const folderOf = (entry: string): string => join(directory, 'bundles', entry.replace(/\W+/g, '-'));

const kilobytes = (folder: string, file: string): number =>
  gzipSync(readFileSync(join(folder, file)), { level: 9 }).length / 1_000;

const heaviest = (entry: string): string =>
  weightsOf(entry)
    .slice(0, 6)
    .map(([name, bytes]) => `${name} ${Math.round(bytes / 1_000)} KB`)
    .join(', ');

it('every handler of the stack is held to a limit', () => {
  expect(handlers.length).toBeGreaterThanOrEqual(8);
});

it.each(handlers.map(entryOf))('%s is small', (entry) => {
  const size = kilobytes(folderOf(entry), 'index.mjs');
  const why = size < limitOf(entry) ? '' : `Of its bytes before compression: ${heaviest(entry)}.`;
  expect(size, why).toBeGreaterThan(0.1);
  expect(size, why).toBeLessThan(limitOf(entry));
});
