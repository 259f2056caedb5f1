import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { templateOf } from '../../infra/stack.testing.ts';
import { idleRows, sceneRows, type Resources } from './deployCosts.ts';
import { standardScene } from './economyScene.ts';

/** The rows of the tables of a section of docs/deploy.md, without padding. */
const rowsOf = (title: string): string[] => {
  const markdown = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const [, section = ''] = markdown.split(`\n## ${title}\n`);
  return (section.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replace(/ +/g, ' '))
    .filter((line) => !/^\| (what|-)/.test(line));
};

it('what docs/deploy.md says it costs is reckoned from the prices and the template', () => {
  const resources = templateOf({}).toJSON()['Resources'] as Resources; // As CloudFormation has them.
  const rows = [...idleRows(resources), ...sceneRows(standardScene)];
  expect(rowsOf('What it costs')).toEqual(rows.map((row) => row.replace(/ +/g, ' ')));
});
