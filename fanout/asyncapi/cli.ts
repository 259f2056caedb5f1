import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { asyncApiDocument } from './document.ts';

const path = fileURLToPath(new URL('../asyncapi.json', import.meta.url));

const written = (): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Not written yet.
  }
};

const run = ({ check }: { check?: true }): void => {
  const text = `${JSON.stringify(asyncApiDocument(), null, 2)}\n`;
  if (written() === text) {
    console.log('fanout/asyncapi.json is up to date.');
    return;
  }
  if (check !== true) {
    writeFileSync(path, text);
    console.log('Wrote fanout/asyncapi.json.');
    return;
  }
  console.error('fanout/asyncapi.json is not what the schemas say; run npm run asyncapi and commit it.');
  process.exitCode = 1;
};

new Command('npm run asyncapi --')
  .description('Writes the contract as an AsyncAPI 3.0 document, fanout/asyncapi.json, from its schemas.')
  .option('--check', 'write nothing; exit 1 if the file is not up to date')
  .allowExcessArguments(false)
  .action(run)
  .parse();
