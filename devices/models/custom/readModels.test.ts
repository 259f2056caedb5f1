import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { parseReading } from '../../../ingest/parseReading.ts';
import { always, series } from '../always.testing.ts';
import type { Model } from '../model.ts';
import { parseModels, readModels } from './readModels.ts';

const greenhouse = `
type: greenhouse
prefix: house
description: Under glass.
fields:
  glass: { kind: constant, value: double }
  lux: { kind: sine, mean: 20000, amplitude: 22000, period: 24h, peak: 12h, min: 0, noise: 50, unit: lx, digits: 0 }
  soil: { kind: random-walk, min: 10, max: 60, step: 0.05, every: 1s, unit: '%' }
  air: { kind: ornstein-uhlenbeck, mean: 22, deviation: 1.5, relaxation: 10m, spread: 2, unit: °C }
  vent: { kind: step, values: [0, 50, 100], every: 5m }
  mode: { kind: pick, from: [auto, manual], weights: [9, 1], every: 1h }
  open: { kind: pick, from: [true, false], every: 1m }
  water: { kind: counter, perHour: 12, start: 100, digits: 2, unit: l }
  difference: { kind: derived, expression: 'air - base', digits: 1 }
  base: { kind: derived, expression: 'round(min(air, 30), 0) + open' }
  broken: { kind: derived, expression: 'air / 0' }
`;

const one = (text: string): Model => {
  const [model] = parseModels('greenhouse.yaml', text);
  if (model === undefined) throw new Error('no model');
  return model;
};

const refusal = (text: string): string => {
  try {
    parseModels('greenhouse.yaml', text);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'nothing';
};

/** A model with one field `lux` as given. */
const withLux = (spec: string): string =>
  `{ type: x, fields: { a: { kind: constant, value: 1 }, lux: ${spec} } }`;

describe('a custom model', () => {
  const model = one(greenhouse);

  it('has what its file says', () => {
    const { type, prefix, description, fields } = model;
    expect({ type, prefix, description }).toEqual({
      type: 'greenhouse',
      prefix: 'house',
      description: 'Under glass.',
    });
    expect(fields['lux']).toEqual({ unit: 'lx', description: 'sine' });
  });

  it('measures every field within its bounds, the same at the same time', () =>
    always((s, ts) => {
      const reading = model.device(s)(ts);
      expect(Object.keys(reading)).toEqual(Object.keys(model.fields).filter((name) => name !== 'broken'));
      expect(model.device(s)(ts)).toEqual(reading);
      const { glass, lux, soil, vent, mode, open } = reading;
      expect(glass).toBe('double');
      expect(lux).toBeGreaterThanOrEqual(0);
      expect(soil).toBeGreaterThanOrEqual(10);
      expect(soil).toBeLessThanOrEqual(60);
      expect([0, 50, 100]).toContain(vent);
      expect(['auto', 'manual']).toContain(mode);
      expect([true, false]).toContain(open);
    }));

  it('derives from what is in the payload, in whatever order the fields stand', () =>
    always((s, ts) => {
      const { air, base, difference, open } = model.device(s)(ts);
      expect(base).toBe(Math.round(Math.min(Number(air), 30)) + Number(open));
      expect(difference).toBeCloseTo(Number(air) - Number(base), 0);
    }));

  it('counts forwards only', () =>
    always((s, ts) => {
      const measure = model.device(s);
      const counts = series(48, 1_800_000, (ms) => Number(measure(ts + ms)['water']));
      expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
    }));

  it('has devices that differ', () =>
    always((s, ts) => expect(model.device(s)(ts)).not.toEqual(model.device(s + 1)(ts))));

  it('makes payloads that ingest takes', () =>
    always((s, ts) => {
      const payload = new TextEncoder().encode(
        JSON.stringify({ ts, seq: 0, type: 'greenhouse', ...model.device(s)(ts) }),
      );
      expect(parseReading({ topic: 'telemetry/eu/house-1', payload, receivedAt: ts })).toMatchObject({
        ok: true,
      });
    }));
});

describe('a file of models', () => {
  it.each([
    [
      'a list',
      '[{ type: a, fields: { x: { kind: constant, value: 1 } } }, { type: b, fields: { x: { kind: constant, value: 1 } } }]',
    ],
    [
      'a list under `models`',
      'models: [{ type: a, fields: { x: { kind: constant, value: 1 } } }, { type: b, fields: { x: { kind: constant, value: 1 } } }]',
    ],
  ])('may be %s', (_, text) => expect(parseModels('x', text).map(({ type }) => type)).toEqual(['a', 'b']));

  it('may be JSON', () => {
    const text = JSON.stringify({ type: 'a', fields: { x: { kind: 'step', values: [1, 2], every: '1s' } } });
    expect(one(text).prefix).toBe('a');
  });

  const kinds = 'constant, sine, random-walk, ornstein-uhlenbeck, step, pick, counter, derived';
  it.each([
    [withLux('{ kind: sinus }'), `fields.lux.kind: expected one of ${kinds}, got "sinus"`],
    [withLux('{ value: 1 }'), `fields.lux.kind: expected one of ${kinds}, and there is nothing`],
    [withLux('7'), 'fields.lux: expected a field such as { kind: constant, value: 1 }, got 7'],
    [
      withLux('{ kind: sine, amplitude: high, period: 24h }'),
      'fields.lux.amplitude: expected a number, got "high"',
    ],
    [withLux('{ kind: sine, amplitude: 1, period: 24 }'), 'fields.lux.period: expected a duration such as'],
    [withLux('{ kind: sine, amplitude: 1, period: 0s }'), 'fields.lux.period: expected a duration such as'],
    [
      withLux('{ kind: sine, amplitude: 1, period: 1h, fase: 2m }'),
      'fields.lux: there is no "fase" here; known are kind, mean, amplitude',
    ],
    [
      withLux('{ kind: random-walk, min: 3, max: 3, step: 1 }'),
      'fields.lux.max: expected more than min, which is 3, got 3',
    ],
    [
      withLux('{ kind: pick, from: [a, b], weights: [1], every: 1s }'),
      'fields.lux.weights: expected 2 weights, one for each value, got 1',
    ],
    [withLux('{ kind: pick, from: [], every: 1s }'), 'fields.lux.from: expected at least one value'],
    [withLux('{ kind: constant, value: .inf }'), 'fields.lux.value: expected a number, a text'],
    [
      withLux('{ kind: derived, expression: "a +" }'),
      'fields.lux.expression: expected a number, a field or "(" at the end',
    ],
    [withLux('{ kind: derived, expression: "b" }'), 'fields.lux.expression: there is no field "b"'],
    [
      withLux('{ kind: derived, expression: "toString" }'),
      'fields.lux.expression: there is no field "toString"',
    ],
    [
      withLux('{ kind: derived, expression: "lux + 1" }'),
      'fields.lux.expression: goes round in a circle: lux -> lux',
    ],
    [
      withLux(`{ kind: derived, expression: "${'a+'.repeat(600)}a" }`),
      'fields.lux.expression: expected at most 1000 characters',
    ],
    [withLux('{ kind: constant, value: null }'), 'fields.lux.value: expected a number, a text'],
    [withLux('{ kind: pick, from: [1, null], every: 1s }'), 'fields.lux.from[1]: expected a number, a text'],
    [withLux('{ kind: derived, expression: "1/0" }'), 'fields.lux.expression: never has a finite value'],
    [withLux('{ kind: constant, value: 1, digits: 12 }'), 'fields.lux.digits: expected'],
    ['{ type: x, fields: { ts: { kind: constant, value: 1 } } }', 'fields.ts: expected a name of letters'],
    ['{ type: x, fields: { __proto__: { kind: constant, value: 1 } } }', 'greenhouse.yaml: fields'],
    [
      '{ type: x, fields: { "a b": { kind: constant, value: 1 } } }',
      'fields.a b: expected a name of letters',
    ],
    ['{ type: x, fields: {} }', 'fields: expected at least one field'],
    ['{ type: x }', 'fields: expected fields, each with its name, and there is nothing'],
    ['{ type: a/b, fields: {} }', 'type: expected a type of up to 64'],
    ['{ type: pump, fields: { x: { kind: constant, value: 1 } } }', '"pump" is the type of a built-in model'],
    ['[]', 'expected 1 to 64 models, got 0'],
    ['models: 3', 'models: expected a list of models'],
    ['models: [{ type: x, fields: { y: { kind: z } } }]', 'models[0].fields.y.kind: expected one of'],
    ['hello', 'expected a model: type, fields'],
    ['', 'expected a model: type, fields'],
  ])('is refused with file and field: %s', (text, hint) => {
    const message = refusal(text);
    expect(message).toContain(hint);
    expect(message).toMatch(/^greenhouse\.yaml: [^\n]*\.$/);
  });

  it('names all fields of a circle', () => {
    const text = `{ type: x, fields: { a: { kind: derived, expression: b }, b: { kind: derived, expression: c + 1 }, c: { kind: derived, expression: a } } }`;
    expect(refusal(text)).toBe(
      'greenhouse.yaml: fields.a.expression: goes round in a circle: a -> b -> c -> a.',
    );
  });

  it('names a circle at once, also beside fields that use each other in many ways', () => {
    const rungs = series(60, 1, (n) =>
      ['l', 'r']
        .map((side) => `${side}${n}: { kind: derived, expression: l${n + 1} + r${n + 1} }`)
        .join(', '),
    );
    const ends = 'l60: { kind: constant, value: 1 }, r60: { kind: constant, value: 1 }';
    const circle = 'a: { kind: derived, expression: l0 + b }, b: { kind: derived, expression: a }';
    expect(refusal(`{ type: x, fields: { ${circle}, ${rungs.join(', ')}, ${ends} } }`)).toContain(
      'circle: a -> b -> a.',
    );
  });

  it('is refused with the line where it is no YAML', () => {
    expect(refusal('type: x\nfields:\n  lux: { kind: [sine\n')).toMatch(
      /^greenhouse\.yaml: line [34]: [^\n]+\.$/,
    );
    expect(refusal('type: x\ntype: y\n')).toMatch(/^greenhouse\.yaml: line 2: [^\n]+\.$/);
  });

  it('is refused where it has aliases, which a few lines make endless', () => {
    const bomb = 'a: &a [1,1,1,1]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n';
    expect(refusal(bomb)).toBe('greenhouse.yaml: line 2: aliases are not taken here, write it out.');
  });

  it('is refused where it is nested without an end', () => {
    expect(refusal('['.repeat(100_000))).toMatch(/^greenhouse\.yaml: [^\n]+\.$/);
  });

  it('is refused with more than 256 fields', () => {
    const fields = series(257, 1, (n) => `f${n}: { kind: constant, value: 1 }`).join(', ');
    expect(refusal(`{ type: x, fields: { ${fields} } }`)).toContain('fields: expected at most 256 fields');
  });

  it('is there as an example, of every kind of field', async () => {
    const path = fileURLToPath(new URL('../greenhouse.yaml', import.meta.url));
    const [model] = await readModels(path);
    const reading = model?.device(1)(1_763_700_000_123) ?? {};
    expect(Object.keys(reading)).toEqual(Object.keys(model?.fields ?? {}));
    expect(
      [...(await readFile(path, 'utf8')).matchAll(/kind: ([\w-]+)/g)].map(([, kind]) => kind).sort(),
    ).toEqual(kinds.split(', ').sort());
  });

  it('is read from disk; what cannot be read is told in one sentence', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    try {
      await writeFile(join(folder, 'ok.yaml'), greenhouse);
      await writeFile(join(folder, 'large.yaml'), ' '.repeat(1_000_001));
      expect(await readModels(join(folder, 'ok.yaml'))).toHaveLength(1);
      await expect(readModels(join(folder, 'none.yaml'))).rejects.toThrow('there is no such file');
      await expect(readModels(folder)).rejects.toThrow('it is a folder');
      await expect(readModels(join(folder, 'large.yaml'))).rejects.toThrow('more than 1 MB');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
