import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toJSONSchema, type $ZodType } from 'zod/v4/core';
import { parseFrame } from '../fanout/client/parseFrame.ts';
import { limits } from '../fanout/limits.ts';
import { parseRequest } from '../fanout/parseRequest.ts';
import { actions, errorCodes, frames, requests } from '../fanout/protocol.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const tracked = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && !path.split('/').includes('node_modules'));
/** README.md and PROTOCOL.md must be there, tracked or not yet. */
const documents = [...new Set(['README.md', 'fanout/PROTOCOL.md', ...tracked])];

const withoutFences = (markdown: string): string => markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
const withoutCode = (markdown: string): string => withoutFences(markdown).replace(/`[^`\n]*`/g, '');

const headingsOf = (markdown: string): string[] =>
  [...withoutFences(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, text = '']) => text);

/** A heading as its text reads: of a link its words, of code what is between the backticks. */
const plainText = (heading: string): string => heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');

/** GitHub's slug: lower case, no punctuation, spaces to hyphens; the second of the same name has `-1`. */
const slugsOf = (markdown: string): string[] => {
  const times = new Map<string, number>();
  return headingsOf(markdown).map((heading) => {
    const slug = plainText(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const time = times.get(slug) ?? 0;
    times.set(slug, time + 1);
    return time === 0 ? slug : `${slug}-${time}`;
  });
};

/** Targets of links, images, reference definitions and HTML; those with a scheme are not ours to check. */
const linksOf = (markdown: string): string[] => {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:href|src|srcset)="([^"\s]+)[^"]*"/g,
  ];
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, link = '']) => link));
  return found.filter((link) => !/^([a-z][a-z\d+.-]*:|\/\/)/i.test(link));
};

/** What is wrong with a link of a document, or undefined. A link that starts with `/` starts at the repository. */
const faultOf = (document: string, link: string): string | undefined => {
  const [file = '', anchor] = decodeURIComponent(link).split('#');
  const from = file.startsWith('/') ? '' : dirname(document);
  const target = file === '' ? document : join(from, file.replace(/\?.*$/, ''));
  if (!existsSync(join(root, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith('.md') || statSync(join(root, target)).isDirectory())
    return undefined;
  return slugsOf(read(target)).includes(anchor) ? undefined : `${link}: ${target} has no #${anchor}`;
};

describe('the documents', () => {
  it.each(documents)('%s links to files and headings that exist', (document) => {
    const faults = linksOf(read(document)).map((link) => faultOf(document, link));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('have the anchors that GitHub gives them', () => {
    const markdown = '# The `a.b` — of_v1!\n## X y\n## X y\n```\n# not one\n```\n## [Link](x.md)';
    expect(slugsOf(markdown)).toEqual(['the-ab--of_v1', 'x-y', 'x-y-1', 'link']);
  });

  it('are not checked within code, or for addresses elsewhere', () => {
    const markdown =
      '[a](b.md#c) ![i](i.png "I") `[x](y)` [w](https://w.org)\n\n[r]: r.md\n<img src="s.svg">\n```\n[z](z)\n```';
    expect(linksOf(markdown)).toEqual(['b.md#c', 'i.png', 'r.md', 's.svg']);
  });
});

const protocol = read('fanout/PROTOCOL.md');

const sectionOf = (markdown: string, marks: '##' | '###', title: string): string => {
  const [, section] = markdown.split(`\n${marks} ${title}\n`);
  if (section === undefined) throw new Error(`PROTOCOL.md needs a heading "${marks} ${title}".`);
  return section.split(new RegExp(`^#{2,${marks.length}} `, 'm'))[0] ?? '';
};

/** The names in headings such as ### `hello`. */
const namesIn = (section: string): string[] =>
  [...section.matchAll(/^### `(\w+)`$/gm)].map(([, name = '']) => name);

/** The first column of a table, in backticks, and the second. */
const rowsIn = (section: string): [key: string, value: string][] =>
  [...section.matchAll(/^\| `([^`]+)` *\| ([^|]*?) *\|/gm)].map(([, key = '', value = '']) => [key, value]);

const linesFrom = (markdown: string, who: 'C' | 'S'): string[] =>
  [...markdown.matchAll(new RegExp(`^${who} (.+)$`, 'gm'))].map(([, line = '']) => line);

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
};
type Field = { type: string; optional: boolean };

/** Every field of a schema by its path: `limits.frameBytes`, `devices[].latest.ts`. */
const fieldsOf = (schema: Schema, before = ''): Map<string, Field> => {
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = before + name;
    const type = field.anyOf === undefined ? (field.type ?? '') : 'one of several';
    fields.set(path, { type, optional: schema.required?.includes(name) !== true });
    for (const [inner, each] of fieldsOf(field, `${path}.`)) fields.set(inner, each);
    for (const [inner, each] of fieldsOf(field.items ?? {}, `${path}[].`)) fields.set(inner, each);
  }
  return fields;
};

/** How the tables call JSON's types. */
const wordFor: Record<string, string> = { string: 'text', integer: 'integer', array: 'array of' };

/** What a table's row says is wrong about a field; what its type links to, it need not list. */
const faultsOf = (schema: $ZodType, section: string): string[] => {
  const fields = fieldsOf(toJSONSchema(schema, { io: 'input' }) as Schema); // JSON Schema is JSON
  const rows = new Map(rowsIn(section));
  const linked = [...rows].filter(([, type]) => type.includes('](#')).map(([path]) => path);
  const isTold = (path: string): boolean =>
    rows.has(path) ||
    linked.some((at) => path.startsWith(`${at}.`) || path.startsWith(`${at}[].`)) ||
    [...rows.keys()].some((at) => at.startsWith(`${path}.`));
  const faultIn = (path: string, told: string): string | undefined => {
    const field = fields.get(path);
    if (field === undefined) return `there is no ${path}`;
    if (/, optional$/.test(told) !== field.optional)
      return `${path} is${field.optional ? '' : ' not'} optional`;
    const word = wordFor[field.type] ?? field.type;
    return told.startsWith(word) || told.startsWith('[') ? undefined : `${path} is ${word}, not ${told}`;
  };
  return [
    ...[...fields.keys()].filter((path) => !isTold(path)).map((path) => `${path} is missing`),
    ...[...rows].flatMap(([path, told]) => faultIn(path, told) ?? []),
  ];
};

/** `{ a: { b: 1 } }` as `{ 'a.b': 1 }`. */
const flat = (value: object, before = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      typeof member === 'object' && member !== null
        ? Object.entries(flat(member, `${before}${key}.`))
        : [[before + key, member]],
    ),
  );

describe('PROTOCOL.md', () => {
  it.each([
    ['Requests', actions],
    ['Frames', Object.keys(frames)],
    ['Error codes', errorCodes],
  ])('has under "%s" one heading for each, and no other', (title, names) => {
    expect(namesIn(sectionOf(protocol, '##', title)).toSorted()).toEqual([...names].toSorted());
  });

  it.each(errorCodes)('says something about %s', (code) => {
    expect(sectionOf(sectionOf(protocol, '##', 'Error codes'), '###', `\`${code}\``)).toMatch(/\w.*\./);
  });

  it('has the limits of the code', () => {
    const named = rowsIn(sectionOf(protocol, '##', 'Limits')).map(([key, value]) => [key, Number(value)]);
    expect(Object.fromEntries(named)).toEqual(flat(limits));
  });

  it.each([
    ...Object.entries(requests).map(([name, schema]) => ['Requests', name, schema] as const),
    ...Object.entries(frames).map(([name, schema]) => ['Frames', name, schema] as const),
  ])('has under "%s" every field of %s in a table, and whether it is optional', (title, name, schema) => {
    const section = sectionOf(sectionOf(protocol, '##', title), '###', `\`${name}\``);
    expect(faultsOf(schema, section)).toEqual([]);
  });

  it('has every field of a reading in a table', () => {
    const section = sectionOf(sectionOf(protocol, '##', 'Targets, conditions, readings'), '###', 'Reading');
    expect(faultsOf(frames.snapshot.shape.devices.def.element.shape.latest, section)).toEqual([]);
  });

  it('has every kind of target, and every operator, in a table', () => {
    const section = sectionOf(protocol, '##', 'Targets, conditions, readings');
    const keys = (title: string) => rowsIn(sectionOf(section, '###', title)).map(([key]) => key);
    const { to, where } = (toJSONSchema(requests.subscribe, { io: 'input' }) as Schema).properties ?? {};
    expect(keys('Target')).toEqual(to?.anyOf?.flatMap(({ properties = {} }) => Object.keys(properties)));
    const operators = JSON.stringify(where).matchAll(
      /"op":\{[^}]*?(?:"enum":(\[[^\]]*\])|"const":("[^"]*"))/g,
    );
    const named = [...operators].flatMap(([, many, one = '']) => JSON.parse(many ?? `[${one}]`) as string[]);
    expect(keys('Condition')).toEqual(named);
    expect(named.length).toBeGreaterThan(7);
  });

  it('shows requests that are accepted, each action among them', () => {
    const parsed = linesFrom(protocol, 'C').map((line) => parseRequest(line));
    expect(parsed.filter(({ ok }) => !ok)).toEqual([]);
    const shown = new Set(parsed.map((each) => (each.ok ? each.request.action : undefined)));
    expect([...shown].toSorted()).toEqual(actions.toSorted());
  });

  it('shows frames that a client understands, each type among them', () => {
    const parsed = linesFrom(protocol, 'S').map((line) => parseFrame(line));
    expect(parsed.filter(({ kind }) => kind !== 'frame' && kind !== 'edge_error')).toEqual([]);
    const shown = new Set(parsed.flatMap((each) => (each.kind === 'frame' ? [each.frame.type] : [])));
    expect([...shown].toSorted()).toEqual(Object.keys(frames).toSorted());
  });

  it('ends with a conversation in which every action is asked for', () => {
    const recorded = sectionOf(protocol, '##', 'A conversation');
    const asked = linesFrom(recorded, 'C').map((line) => (JSON.parse(line) as { action: string }).action);
    expect([...new Set(asked)].toSorted()).toEqual(actions.toSorted());
    expect(recorded).toMatch(/^D telemetry\//m);
  });
});
