import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandsIn } from './shellCommands.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = ['docs/deploy.md', 'docs/runbook.md'];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe.each(documents)('the commands of %s', (document) => {
  const markdown = read(document);

  it('run npm scripts that there are', () => {
    const run = commandsIn(markdown, 'npm').filter(([, verb]) => verb === 'run');
    expect(run.length).toBeGreaterThan(2);
    for (const [, , name = ''] of run.map((words) => words.filter((word) => word !== '-s')))
      expect(Object.keys(scripts)).toContain(name);
  });
});

describe('a command of a document', () => {
  it('is read as a shell would', () => {
    const markdown =
      'Say `aws sqs purge-queue --queue-url "$(output A)"`.\n\n```sh\nx=$(aws iot describe-endpoint --query \'a b\')\n```\n' +
      '- and\n\n  ```sh\n  aws a \\\n    b  # no c\n  ```\n';
    expect(commandsIn(markdown, 'aws')).toEqual([
      ['aws', 'iot', 'describe-endpoint', '--query', 'a b'],
      ['aws', 'a', 'b'],
      ['aws', 'sqs', 'purge-queue', '--queue-url', '$(output A)'],
    ]);
  });
});

/** Stands for what a shell puts in: as long as the id of a certificate, which the CLI looks at. */
const anything = 'a'.repeat(64);

const hasAwsCli = spawnSync('python3', ['-c', 'import awscli']).status === 0;

if (!hasAwsCli)
  console.warn('Not run: whether the AWS CLI takes the commands of the documents (python3 has no awscli).');

describe.skipIf(!hasAwsCli)('the AWS CLI, where it is installed as a Python package,', () => {
  it('takes every command as it stands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'commands-'));
    // Files that commands before them write.
    for (const file of ['reading.json', 'pump-7.csr']) writeFileSync(join(folder, file), '{}');
    const commands = documents
      .flatMap((document) => commandsIn(read(document), 'aws'))
      .map(([, ...words]) =>
        words.map((word) => word.replace(/\$\(output \w+\)|\$\w+|\$\{.*?\}/g, anything)),
      );
    expect(commands.length).toBeGreaterThan(15);
    try {
      const objections = execFileSync('python3', [join(root, 'test/docs/parseAwsCommands.py')], {
        cwd: folder,
        input: JSON.stringify(commands),
        encoding: 'utf8',
      });
      expect(JSON.parse(objections)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it('objects to one that it does not know', () => {
    const wrong = [
      ['sqs', 'purge-queue', '--url', 'x'],
      ['sqs', 'purge-queues'],
      ['sqs', 'purge-queue'],
    ];
    const objections = execFileSync('python3', [join(root, 'test/docs/parseAwsCommands.py')], {
      input: JSON.stringify(wrong),
      encoding: 'utf8',
    });
    expect(JSON.parse(objections)).toHaveLength(wrong.length);
  }, 120_000);
});
