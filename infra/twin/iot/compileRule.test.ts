import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TwinError } from '../twinError.ts';
import { compileRule, type RuleResult } from './compileRule.ts';

const message = (payload: unknown) => ({
  topic: 'a/b/c',
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
  clientId: 'client-1',
  timestamp: 1_700_000_000_123,
});

const run = (sql: string, payload: unknown = {}): RuleResult => compileRule(sql).evaluate(message(payload));

/** What one expression comes to; Undefined is dropped from the output, so it is undefined here. */
const valueOf = (expression: string, payload: unknown = {}): unknown => {
  const result = run(`SELECT ${expression} AS x FROM 'a/#'`, payload);
  return result.kind === 'json' ? (result.value as { x?: unknown }).x : result;
};

const kindWhere = (condition: string, payload: unknown = {}): string =>
  run(`SELECT * FROM 'a/#' WHERE ${condition}`, payload).kind;

const refusal = (sql: string): TwinError => {
  try {
    compileRule(sql, 'MyRule');
  } catch (error) {
    if (error instanceof TwinError) return error;
  }
  throw new Error('the statement is taken');
};

describe('SELECT', () => {
  it.each<[string, unknown, unknown]>([
    ['*', { a: 1 }, { a: 1 }],
    ['*', [1, 2], [1, 2]],
    ['*, 15 AS speed', { a: 1 }, { a: 1, speed: 15 }],
    ['*, a + 1 AS a', { a: 1 }, { a: 2 }],
    ['a, b AS c', { a: 1, b: 2 }, { a: 1, c: 2 }],
    ['color.red', { color: { red: 255 } }, { red: 255 }],
    ['color.red as value', { color: { red: 255 } }, { value: 255 }],
    ['value', { value: 7 }, { value: 7 }],
    ['value - 1 AS less', { value: 7 }, { less: 6 }],
    ['VALUE color', { color: 'red' }, 'red'],
    ['VALUE [a, 2]', { a: 1 }, [1, 2]],
    ['VALUE *', { a: 1 }, { a: 1 }],
    ['VALUE missing', {}, ''],
    ['missing, nothing', { nothing: null }, { nothing: null }],
    ['topic(2)', {}, { topic: 'b' }],
    ["{'k': a, 'u': missing} AS o", { a: 1 }, { o: { k: 1 } }],
    ['__proto__ AS p', {}, {}],
    ['constructor.name AS n', {}, {}],
  ])('%s of %j gives %j', (clause, payload, output) => {
    const result = run(`SELECT ${clause} FROM 'a/#'`, payload);
    expect(result.kind === 'json' && JSON.parse(JSON.stringify(result.value))).toEqual(output);
  });

  it('keeps a key __proto__ of the payload as a key like any other', () => {
    const payload = Buffer.from('{"__proto__":{"admin":true}}');
    const result = run("SELECT *, 1 AS one FROM 'a/#'", payload);
    expect(JSON.stringify(result.kind === 'json' && result.value)).toBe(
      '{"__proto__":{"admin":true},"one":1}',
    );
  });

  it('does without FROM, for a rule that only Basic Ingest reaches', () => {
    expect(compileRule('SELECT *').topicFilter).toBeUndefined();
    expect(compileRule("select * from 'a/+'").topicFilter).toBe('a/+');
  });
});

describe('a payload that is not JSON', () => {
  const bytes = Buffer.from([0xff, 0x00, 0x7b]);

  it('passes SELECT * as the exact bytes', () => {
    expect(run("SELECT * FROM 'a/#'", bytes)).toEqual({ kind: 'bytes', value: bytes });
  });

  it("is encoded byte by byte with encode(*, 'base64'), as is one that is JSON", () => {
    expect(valueOf("encode(*, 'base64')", bytes)).toBe(bytes.toString('base64'));
    const json = Buffer.from('{ "a":1.0 }');
    expect(valueOf("encode(*, 'base64')", json)).toBe(json.toString('base64'));
  });

  it('has no attributes', () => {
    expect(run("SELECT a, topic() AS t FROM 'a/#'", bytes)).toEqual({ kind: 'json', value: { t: 'a/b/c' } });
    expect(run("SELECT * FROM 'a/#' WHERE a = 1", bytes)).toEqual({ kind: 'skip' });
  });

  it('fails SELECT * beside another column', () => {
    expect(run("SELECT *, 1 AS one FROM 'a/#'", bytes).kind).toBe('failed');
  });

  it('is also text with a byte order mark, bad UTF-8 in a string, or nesting that could not be written again', () => {
    const deep = Buffer.from('['.repeat(60_000) + ']'.repeat(60_000));
    for (const payload of [Buffer.from('\ufeff{}'), Buffer.from('"\xff"', 'latin1'), deep, Buffer.alloc(0)])
      expect(run("SELECT * FROM 'a/#'", payload).kind).toBe('bytes');
  });
});

describe('WHERE', () => {
  it.each<[string, unknown]>([
    ['true', {}],
    ['temperature > 50', { temperature: 51 }],
    ['temperature > 50', { temperature: '51.5' }],
    ["'5' < '10'", {}],
    ["a <> '1'", { a: 1 }],
    ['a != 2', { a: 1 }],
    ['a = null', { a: null }],
    ['a = b', { a: { x: [1, { y: 2 }], z: 1 }, b: { z: 1, x: [1, { y: 2 }] } }],
    ['NOT a = 1 AND b', { a: 2, b: 'TRUE' }],
    ['a = 1 OR b = 1 AND false', { a: 1, b: 2 }],
    ['isUndefined(a)', {}],
    ['isNull(a)', { a: null }],
    ['CASE a WHEN 1 THEN true ELSE false END', { a: 1 }],
    ['timestamp() % 10 = 3', {}],
  ])('%s of %j runs the actions', (condition, payload) => {
    expect(kindWhere(condition, payload)).toBe('json');
  });

  it.each<[string, unknown]>([
    ['temperature > 50', {}],
    ['temperature > 50', { temperature: 50 }],
    ['temperature > 50', { temperature: 'hot' }],
    ['temperature > 50', { temperature: null }],
    ['temperature > 50', { temperature: true }],
    ['temperature <= 50', { temperature: [1] }],
    ['missing = 1', {}],
    ['missing <> 1', {}],
    ['missing = other', {}],
    ['NOT missing', {}],
    ['NOT (missing = 1)', {}],
    ["a = '1'", { a: 1 }],
    ['a = true', { a: 1 }],
    ['a <> null', { a: null }],
    ['missing = 1 OR true', {}],
    ['true OR a', { a: 1 }],
    ['1', {}],
    ["'true'", {}],
    ['null', {}],
    ['alias = 1', { a: 1 }],
  ])('%s of %j does not', (condition, payload) => {
    const result = run(`SELECT a AS alias FROM 'a/#' WHERE ${condition}`, payload);
    expect(result).toEqual({ kind: 'skip' });
  });
});

describe('an expression', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-(2) - -3', 1],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7 / 2.5', 2.8],
    ["'7' / '2'", 3],
    ['10.0', 10],
    ['5E-1 + 1', 1.5],
    ['1 / 0', undefined],
    ['7 % 4', 3],
    ["'a' + 1", 'a1'],
    ["true + 'a'", 'truea'],
    ["null + 'a'", undefined],
    ['1 + true', undefined],
    ["'1' - 'x'", undefined],
    ["[1, 'a'] + ''", '[1,"a"]'],
    ["'it''s'", "it's"],
    ['"double"', 'double'],
    ['null', null],
    ['missing + 1', undefined],
    ["CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", 'b'],
    ['CASE 3 WHEN 1 THEN 1 END', undefined],
    ['CASE 3 WHEN 1 THEN 1 ELSE 4 END', 4],
    ['CASE missing WHEN 1 THEN 1 ELSE 4 END', undefined],
    ['cast(true AS Int)', 1],
    ["cast('1.9' AS int)", 1],
    ['cast(0 AS boolean)', false],
    ['cast(1.5 AS String)', '1.5'],
    ["cast('x' AS Decimal)", undefined],
  ])('%s is %j', (expression, value) => {
    expect(valueOf(expression)).toEqual(value);
  });
});

describe('a function', () => {
  it.each<[string, unknown]>([
    ['topic()', 'a/b/c'],
    ['topic(1)', 'a'],
    ['topic(3)', 'c'],
    ['topic(4)', undefined],
    ['topic(0)', undefined],
    ['clientid()', 'client-1'],
    ['timestamp()', 1_700_000_000_123],
    ["encode('abc', 'base64')", 'YWJj'],
    ["encode(missing, 'base64')", undefined],
    ["decode('YWJj', 'base64')", 'abc'],
    ['decode(\'eyJ0IjozM30=\', "base64").t', 33],
    ["decode('%%%', 'base64')", null],
    ['get([1, 2], 1)', 2],
    ['get([1, 2], 2)', undefined],
    ['get([1, 2], -1)', undefined],
    ["get({'a': 5}, 'a')", 5],
    ["get({'a': 5}, 'toString')", undefined],
    ["get('abc', 1)", 'b'],
    ['isUndefined(floor([1]))', true],
    ['isundefined(null)', false],
    ['concat()', undefined],
    ["concat('con', 'cat', 1)", 'concat1'],
    ['concat([1], 2, [3, [4]])', [1, 2, 3, [4]]],
    ['concat(1, 2)', undefined],
    ["concat('a', missing)", undefined],
    ["LOWER('ABC')", 'abc'],
    ["upper('abc')", 'ABC'],
    ["length('hi')", 2],
    ['length(false)', 5],
    ['length()', undefined],
    ['floor(-1.2)', -2],
    ["ceil('1.2')", 2],
    ['round(0.5)', 1],
    ['round(-1.5)', -1],
    ['abs(-5)', 5],
    ['abs(true)', undefined],
    ["startswith('ranger', 'ran')", true],
    ["endswith('cat', 'x')", false],
    ['startswith(null, 1)', undefined],
    ["indexof('abcd', 'bc')", 1],
  ])('%s is %j', (expression, value) => {
    expect(valueOf(expression)).toEqual(value);
  });

  it('newuuid() is another one each time', () => {
    expect(valueOf('newuuid()')).toMatch(/^[0-9a-f-]{36}$/);
    expect(valueOf('newuuid()')).not.toBe(valueOf('newuuid()'));
  });
});

describe('a statement that the twin cannot run', () => {
  it.each([
    ["SELECT sha256(a) AS h FROM 'a'", 'sha256'],
    ["SELECT * FROM 'a' WHERE a IN (1, 2)", 'IN'],
    ["SELECT (SELECT b FROM c) AS d FROM 'a'", 'SELECT'],
    ["SELECT * FROM 'a' WHERE EXISTS (SELECT 1)", 'EXISTS'],
    ["SELECT a + 1 FROM 'a'", 'AS'],
    ["SELECT CASE WHEN a = 1 THEN 2 END AS b FROM 'a'", 'CASE true WHEN'],
    ["SELECT encode(*, 'hex') AS b FROM 'a'", 'encode'],
    ["SELECT length(*) AS b FROM 'a'", 'length'],
    ["SELECT a[0] AS b FROM 'a'", '['],
    ["SELECT * FROM 'a/#/b'", 'a/#/b'],
    ['SELECT * FROM a', 'topic filter in quotes'],
    ["SELECT * FROM 'a' ORDER BY b", 'ORDER'],
    ["SET @a = 1 SELECT * FROM 'a'", '@a'],
    ["SELECT cast(a AS date) AS d FROM 'a'", 'date'],
    ["SELECT a. FROM 'a'", 'character 16'],
    ['', 'the end'],
  ])('%s is refused, naming the rule and %s', (sql, named) => {
    const { code, message: text } = refusal(sql);
    expect(code).toBe('unsupported_sql');
    expect(text).toContain('MyRule');
    expect(text).toContain(named);
  });
});

describe('a compiled rule', () => {
  const rules = [
    "SELECT * FROM 'a/#'",
    "SELECT *, topic(2) AS t FROM 'a/#'",
    "SELECT encode(*, 'base64') AS p, a.b, get(a, b) AS g, concat(a, b) AS c FROM 'a/#' WHERE NOT (a > b)",
    "SELECT VALUE decode(a, 'base64').b FROM 'a/#'",
    "SELECT upper(a) AS u, a / b AS q, a + b AS s, a = b AS e, cast(a AS int) AS i FROM 'a/#'",
  ].map((sql) => compileRule(sql));

  it('never throws and always gives what JSON can hold, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const json = fc.json().map((text) => Buffer.from(text));
    const object = fc
      .record({ a: fc.jsonValue(), b: fc.jsonValue() }, { requiredKeys: [] })
      .map((value) => Buffer.from(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.oneof(bytes, json, object), (payload) => {
        for (const rule of rules) {
          const result = rule.evaluate(message(payload));
          if (result.kind === 'json') expect(typeof JSON.stringify(result.value)).toBe('string');
          if (result.kind === 'bytes') expect(result.value.equals(payload)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives back any payload exactly with encode(*, 'base64')", () => {
    const rule = compileRule("SELECT encode(*, 'base64') AS p FROM 'a/#'");
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const result = rule.evaluate(message(Buffer.from(array)));
        expect(result).toEqual({ kind: 'json', value: { p: Buffer.from(array).toString('base64') } });
      }),
    );
  });
});

describe('compiling', () => {
  it('takes a statement or refuses it with a TwinError, whatever the text', () => {
    const piece = fc.constantFrom(
      ...`SELECT FROM WHERE AS VALUE CASE WHEN THEN END NOT AND ( ) [ ] { } , . * - + = <> 'a' "b" 1 2.5 a topic`.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 20 }), (pieces) => {
        try {
          compileRule(`SELECT ${pieces.join(' ')}`).evaluate(message({ a: 1 }));
        } catch (error) {
          expect(error).toBeInstanceOf(TwinError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
