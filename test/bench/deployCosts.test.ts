import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it, vi } from 'vitest';
import { parseSettings } from '../../infra/settings.ts';
import { FieldcastStack } from '../../infra/stack.ts';
import { idleRows, sceneRows, type Resources } from './deployCosts.ts';
import { standardScene } from './economyScene.ts';

vi.mock(import('../../infra/bundle.ts'), () => import('../../infra/bundle.testing.ts'));

const settings = parseSettings({ issuer: 'https://issuer.example.com', audience: 'viewers' });
const template = Template.fromStack(new FieldcastStack(new App(), 'Test', { settings }));

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
  const rows = [...idleRows(template.toJSON()['Resources'] as Resources), ...sceneRows(standardScene)];
  expect(rowsOf('What it costs')).toEqual(rows.map((row) => row.replace(/ +/g, ' ')));
});
