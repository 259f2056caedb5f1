import { describe, expect, it } from 'vitest';
import type { Condition } from './protocol.ts';
import type { JsonValue } from './reading.ts';
import { compileWhere, matches, numbersOf, usesLast } from './where.ts';
import { whereAgreesWithReference } from './where.property.ts';

const holds = (
  condition: Condition,
  data: Record<string, JsonValue>,
  last?: Record<string, number>,
): boolean => compileWhere([condition])(data, last);

describe('where', () => {
  it.each<[Condition['op'] & ('>' | '>=' | '<' | '<='), number, JsonValue, boolean]>([
    ['>', 30, 30.1, true],
    ['>', 30, 30, false],
    ['>=', 30, 30, true],
    ['>=', 30, 29.9, false],
    ['<', 30, 29.9, true],
    ['<', 30, 30, false],
    ['<=', 30, 30, true],
    ['<=', 30, 30.1, false],
    ['>=', 0, -0, true],
    ['>', 30, '31', false],
    ['<', 30, null, false],
    ['<', 30, false, false],
    ['>', 30, [31], false],
    ['<', 30, {}, false],
  ])('x %s %j for %j: %s', (op, value, x, matched) => {
    expect(holds({ field: 'x', op, value }, { x })).toBe(matched);
  });

  it.each<[string | number | boolean | null, JsonValue, 'same' | 'other' | 'of another type']>([
    [30, 30, 'same'],
    [0, -0, 'same'],
    [30, 31, 'other'],
    [30, '30', 'of another type'],
    [1, true, 'of another type'],
    ['on', 'on', 'same'],
    ['on', 'ON', 'other'],
    ['', null, 'of another type'],
    [true, true, 'same'],
    [true, false, 'other'],
    [null, null, 'same'],
    [null, 0, 'of another type'],
    [null, {}, 'of another type'],
    [null, [], 'of another type'],
  ])('%j and %j are %s', (value, x, relation) => {
    expect(holds({ field: 'x', op: '==', value }, { x })).toBe(relation === 'same');
    expect(holds({ field: 'x', op: '!=', value }, { x })).toBe(relation === 'other');
  });

  it('!= does not match an absent field', () => {
    expect(holds({ field: 'x', op: '!=', value: 1 }, { y: 2 })).toBe(false);
  });

  it('exists tells a field that is there, null or not, from one that is not', () => {
    expect(holds({ field: 'x', op: 'exists' }, { x: null })).toBe(true);
    expect(holds({ field: 'x', op: 'exists', value: true }, { y: 1 })).toBe(false);
    expect(holds({ field: 'x', op: 'exists', value: false }, { x: null })).toBe(false);
    expect(holds({ field: 'x', op: 'exists', value: false }, { y: 1 })).toBe(true);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a device that sends no %s has none',
    (field) => {
      expect(holds({ field, op: 'exists' }, {})).toBe(false);
      expect(holds({ field, op: 'exists' }, JSON.parse(`{"${field}":1}`) as Record<string, JsonValue>)).toBe(
        true,
      );
      expect(holds({ field, op: 'changedBy', value: 1 }, { [field]: 5 }, {})).toBe(true);
    },
  );

  it('only fields at the top are seen', () => {
    expect(holds({ field: 'a.b', op: 'exists' }, { a: { b: 1 } })).toBe(false);
    expect(holds({ field: 'a.b', op: 'exists' }, { 'a.b': 1 })).toBe(true);
  });

  it('changedBy compares with the last update sent, in both directions', () => {
    const by2: Condition = { field: 'x', op: 'changedBy', value: 2 };
    expect(holds(by2, { x: 22 }, { x: 20 })).toBe(true);
    expect(holds(by2, { x: 18 }, { x: 20 })).toBe(true);
    expect(holds(by2, { x: 21.9 }, { x: 20 })).toBe(false);
    expect(holds(by2, { x: '22' }, { x: 20 })).toBe(false);
    expect(holds(by2, { y: 22 }, { x: 20 })).toBe(false);
  });

  it('changedBy matches any number where nothing was sent before', () => {
    const by2: Condition = { field: 'x', op: 'changedBy', value: 2 };
    expect(holds(by2, { x: 0 })).toBe(true);
    expect(holds(by2, { x: 0 }, { y: 1 })).toBe(true);
    expect(holds(by2, { x: null })).toBe(false);
  });

  it('every condition must hold', () => {
    const where: Condition[] = [
      { field: 'x', op: '>', value: 1 },
      { field: 'y', op: '==', value: 'on' },
    ];
    expect(compileWhere(where)({ x: 2, y: 'on' })).toBe(true);
    expect(compileWhere(where)({ x: 2, y: 'off' })).toBe(false);
    expect(compileWhere(where)({ x: 1, y: 'on' })).toBe(false);
  });

  it('agrees with a naive reference on random pairs', () => {
    const { runs, matched } = whereAgreesWithReference(10_000);
    expect(matched).toBeGreaterThan(runs / 5);
    expect(matched).toBeLessThan((runs * 4) / 5);
  });
});

it('a reading matches where there is no where', () => {
  expect(matches(undefined, {})).toBe(true);
});

it('two arrays of conditions are compiled apart', () => {
  expect(matches([{ field: 'x', op: '>', value: 1 }], { x: 1 })).toBe(false);
  expect(matches([{ field: 'x', op: '>', value: 0 }], { x: 1 })).toBe(true);
});

it('only changedBy looks at the last update', () => {
  expect(usesLast(undefined)).toBe(false);
  expect(usesLast([{ field: 'changedBy', op: 'exists' }])).toBe(false);
  expect(
    usesLast([
      { field: 'x', op: 'exists' },
      { field: 'x', op: 'changedBy', value: 1 },
    ]),
  ).toBe(true);
});

describe('numbersOf', () => {
  it('keeps the finite numbers at the top', () => {
    const data = { a: 1, b: '2', c: null, d: [3], e: { f: 4 }, g: true, h: -0.5, constructor: 7 };
    expect(numbersOf(data)).toEqual({ a: 1, h: -0.5, constructor: 7 });
    expect(numbersOf({ a: Infinity, b: NaN })).toEqual({});
  });

  it('has a field named __proto__ as a field', () => {
    const numbers = numbersOf(JSON.parse('{"__proto__":1}') as Record<string, JsonValue>);
    expect(Object.entries(numbers)).toEqual([['__proto__', 1]]);
    expect(Object.getPrototypeOf(numbers)).toBe(Object.prototype);
  });
});
