import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { metrics } from '../../fanout/metrics.ts';
import { parseSettings } from '../settings.ts';
import { FieldcastStack } from '../stack.ts';
import { accessLogFormat } from '../accessLog.ts';
import { appWithoutCode, templateOf } from '../stack.testing.ts';
import { handlerFiles, sourceOf } from './handlerFiles.testing.ts';
import { edgeQueries, functionQueries } from './queries.ts';
import { alarmsIn, dashboardIn } from './template.testing.ts';

const runbook = sourceOf('docs/runbook.md');
const settings = parseSettings({
  issuer: 'https://issuer.example.com',
  audience: 'viewers',
  hosting: false,
  expectReadings: true,
});
const template = Template.fromStack(new FieldcastStack(appWithoutCode(), 'Fieldcast', { settings }));
const alarms = alarmsIn(template);
const queries: Readonly<Record<string, string>> = { ...functionQueries, ...edgeQueries };

const sectionOf = (title: string): string => {
  const [, section = ''] = runbook.split(`\n## ${title}\n`);
  return section.split(/^## /m)[0] ?? '';
};
/** Sections of alarms by their headings. */
const sections = new Map(
  sectionOf('Alarms')
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
);
/** The first column of the table in a section, without its heading. */
const firstColumn = (title: string): string[] =>
  [...sectionOf(title).matchAll(/^\| `?(.+?)`? +\|/gm)].map(([, cell = '']) => cell).slice(2);

describe('the runbook', () => {
  it('has a section for every alarm, and no other', () => {
    const anchors = alarms.map(({ AlarmDescription }) => AlarmDescription.split('#')[1]);
    const headings = [...sections.keys()].map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
    expect(headings.toSorted()).toEqual(anchors.toSorted());
    expect(headings.length).toBeGreaterThan(15);
  });

  it('is where every alarm says that it is', () => {
    for (const { AlarmDescription } of alarms)
      expect(AlarmDescription).toMatch(/ What to do: docs\/runbook\.md#[a-z-]+$/);
  });

  it.each([...sections])(
    'says of "%s" what it means, where to look, why, what to do, and when it is over',
    (_, text) => {
      const parts = [...text.matchAll(/^- \*\*(.+?):\*\* (\S.{20,})$/gm)].map(([, part]) => part);
      expect(parts).toEqual(['Viewers', 'First look', 'Likely causes', 'What to do', 'Over when']);
    },
  );

  it('lists the rows of the dashboard, and the saved queries', () => {
    const rows = [...dashboardIn(template).matchAll(/"markdown":"## (.+?)"/g)].map(([, row]) => row);
    expect(rows.length).toBeGreaterThan(5);
    expect(firstColumn('The dashboard')).toEqual(rows);
    expect(firstColumn('Saved queries')).toEqual(Object.keys(queries));
  });

  it.each(['docs/runbook.md', 'docs/deploy.md'])('as %s, names outputs that the stack has', (document) => {
    const outputs = Object.keys(templateOf({}).toJSON()['Outputs'] as object);
    const named = [...sourceOf(document).matchAll(/(?:\$\(|^)output (\w+)/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(outputs).toContain(name);
  });

  it('names queries that there are, and rows that the dashboard has', () => {
    const text = [...sections.values()].join('\n');
    const named = [...text.matchAll(/quer(?:y|ies) `([^`]+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(Object.keys(queries)).toContain(name);
    const rows = [...text.matchAll(/"([A-Z][^"]+\?)"/g)].map(([, row]) => row);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(firstColumn('The dashboard')).toContain(row);
  });
});

describe('the saved queries', () => {
  /** What every line of the logger has, and the keys that handlers give it. */
  const logged = new Set([
    ...['level', 'message', 'timestamp', 'service'],
    ...handlerFiles.flatMap((path) =>
      [...sourceOf(path).matchAll(/logger\.\w+\(\s*'[^']*',\s*\{([^}]*)\}/g)].flatMap(([, keys = '']) =>
        [...keys.matchAll(/(\w+)(?=:|,|\s*$)/g)].map(([, key]) => key),
      ),
    ),
    ...['error.name', 'error.message'],
    ...['reason', ...Object.keys(metrics)],
  ]);

  const inAccessLog = new Set(Object.keys(JSON.parse(accessLogFormat.toString()) as object));

  it.each([
    ...Object.entries(functionQueries).map(([name, query]) => [name, query, logged] as const),
    ...Object.entries(edgeQueries).map(([name, query]) => [name, query, inAccessLog] as const),
  ])('"%s" asks for fields that are in the logs', (_, query, known) => {
    const own = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
    const bare = query.replace(/"[^"]*"|\/[^/\n]+\/|\d+m\b/g, '');
    const words = [...bare.matchAll(/@?[a-zA-Z][\w.]*/g)].map(([word]) => word);
    const language = /^(filter|fields|sort|desc|limit|stats|by|or|and|like|as|count|sum|bin|ispresent)$/;
    const fields = words.filter((word) => !language.test(word) && !own.includes(word));
    expect(fields.length).toBeGreaterThan(1);
    for (const field of fields.filter((name) => !name.startsWith('@'))) expect(known).toContain(field);
  });

  it('are of the logs of all functions, or of the edge', () => {
    const handlers = Object.values(template.findResources('AWS::Lambda::Function')).filter(({ Properties }) =>
      (Properties as { Description?: string }).Description?.includes('/handlers/'),
    );
    const groups = Object.values(template.findResources('AWS::Logs::QueryDefinition')).map(
      ({ Properties }) => (Properties as { LogGroupNames: unknown[] }).LogGroupNames.length,
    );
    expect(groups.toSorted()).toEqual([1, ...Object.keys(functionQueries).map(() => handlers.length)]);
  });
});
