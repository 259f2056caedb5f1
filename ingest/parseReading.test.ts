import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { parseReading } from './parseReading.ts';
import { rejectReasons } from './rejectReasons.ts';

const receivedAt = 1_763_690_000_050;
const topic = 'telemetry/eu-west/kettle-1';
const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (payload: string | Uint8Array) =>
  parseReading({ topic, receivedAt, payload: typeof payload === 'string' ? bytes(payload) : payload });
const readingOf = (payload: string) => {
  const parsed = parse(payload);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.reading;
};
const reasonOf = (payload: string | Uint8Array) => {
  const parsed = parse(payload);
  return parsed.ok ? 'accepted' : parsed.reason;
};
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

describe('a message that is a reading', () => {
  it('needs nothing but a JSON object', () => {
    expect(readingOf('{"temperature":20}')).toEqual({
      deviceId: 'kettle-1',
      region: 'eu-west',
      ts: receivedAt,
      receivedAt,
      data: { temperature: 20 },
    });
  });

  it('may say when, which and what type', () => {
    expect(
      readingOf('{"ts":1763690000000,"seq":42,"boot":3,"type":"thermostat","temperature":21.4}'),
    ).toEqual({
      deviceId: 'kettle-1',
      region: 'eu-west',
      deviceType: 'thermostat',
      ts: 1_763_690_000_000,
      receivedAt,
      boot: 3,
      seq: 42,
      data: { temperature: 21.4 },
    });
  });

  it.each([
    ['"2025-11-21T01:53:20Z"', 1_763_690_000_000],
    ['"2025-11-21T02:53:20.5+01:00"', 1_763_690_000_500],
    ['1763690000000.9', 1_763_690_000_000],
    ['0', 0],
  ])('has the ts %s at epoch ms %i', (ts, ms) => {
    expect(readingOf(`{"ts":${ts}}`).ts).toBe(ms);
  });

  it('is who its topic says, whatever the payload claims', () => {
    const reading = readingOf('{"deviceId":"other","region":"us-east","topic":"x"}');
    expect(reading).toMatchObject({ deviceId: 'kettle-1', region: 'eu-west' });
  });

  it('keeps text, nested values and signs as they were sent', () => {
    const data = { a: null, b: [1, [true]], c: { d: '🙂' }, n: -0.5, constructor: 1, 'x y': '' };
    expect(readingOf(JSON.stringify(data)).data).toEqual(data);
  });

  it('may be as large and as deep as the limits say', () => {
    const text = `{"s":"${'x'.repeat(limits.payloadBytes - 8)}"}`;
    expect(text).toHaveLength(limits.payloadBytes);
    expect(reasonOf(text)).toBe('accepted');
    expect(reasonOf(nested(limits.depth))).toBe('accepted');
  });

  it('may hold brackets in its text', () => {
    expect(reasonOf(`{"s":"${'['.repeat(50)}","t":"\\"[[[[[[[[[["}`)).toBe('accepted');
  });
});

describe('a message that is no reading', () => {
  const fields = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, n])));

  it.each([
    ['too_large', `{"s":"${'x'.repeat(limits.payloadBytes - 7)}"}`],
    ['too_large', `[${'9e15,'.repeat(4_000)}9e15]`.replace(/^(.*)$/, '{"s":$1}')],
    ['bad_utf8', new Uint8Array([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d])],
    ['bad_utf8', new Uint8Array([0xed, 0xa0, 0x80])],
    ['too_deep', nested(limits.depth + 1)],
    ['too_deep', '['.repeat(20_000)],
    ['bad_json', ''],
    ['bad_json', '{"a":1'],
    ['bad_json', '{"a":NaN}'],
    ['bad_json', '\uFEFF{}'],
    ['bad_json', "{'a':1}"],
    ['not_an_object', '[]'],
    ['not_an_object', 'null'],
    ['not_an_object', '"x"'],
    ['not_an_object', '20'],
    ['too_many_fields', fields(limits.fields + 1)],
    ['bad_field_name', '{"__proto__":{"admin":true}}'],
    ['bad_field_name', '{"a":{"b":[{"__proto__":1}]}}'],
    ['bad_field_name', '{"":1}'],
    ['bad_field_name', `{"${'n'.repeat(129)}":1}`],
    ['bad_number', '{"a":1e400}'],
    ['bad_number', '{"a":[{"b":-1e400}]}'],
    ['bad_number', '{"a":9007199254740993}'],
    ['bad_ts', '{"ts":-1}'],
    ['bad_ts', '{"ts":8640000000000001}'],
    ['bad_ts', '{"ts":"yesterday"}'],
    ['bad_ts', '{"ts":"2025-11-21T01:53:20"}'],
    ['bad_ts', '{"ts":"2025-13-45T99:99:99Z"}'],
    ['bad_ts', '{"ts":"2026-02-31T00:00:00Z"}'],
    ['bad_ts', '{"ts":"2026-02-01T24:00:00Z"}'],
    ['bad_ts', '{"ts":null}'],
    ['bad_seq', '{"seq":-1}'],
    ['bad_seq', '{"seq":1.5}'],
    ['bad_seq', '{"seq":"1"}'],
    ['bad_boot', '{"boot":true}'],
    ['bad_type', '{"type":"a b"}'],
    ['bad_type', '{"type":7}'],
  ])('has the reason %s', (reason, payload) => {
    expect(reasonOf(payload)).toBe(reason);
  });

  it('has the reason bad_topic when its topic says no device', () => {
    expect(parseReading({ topic: 'telemetry/x', receivedAt, payload: bytes('{}') })).toEqual({
      ok: false,
      reason: 'bad_topic',
    });
  });
});

it('no bytes make it throw, and every reject has a known reason', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.json({ maxDepth: 12 }).map(bytes),
    fc.string().map(bytes),
  );
  fc.assert(
    fc.property(hostile, (payload) => {
      const parsed = parse(payload);
      if (parsed.ok) expect(parsed.reading.deviceId).toBe('kettle-1');
      else expect(Object.keys(rejectReasons)).toContain(parsed.reason);
    }),
    { numRuns: 5_000 },
  );
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
});

it('accepts just what JSON.parse gives back unchanged', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.double(), fc.string(), fc.boolean())),
      (data) => {
        const { ts: _, seq: __, boot: ___, type: ____, ...rest } = data;
        const text = JSON.stringify(rest);
        const parsed = parse(text);
        const tooBig = Object.values(rest).some(
          (value) =>
            typeof value === 'number' && Number.isFinite(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER,
        );
        if (tooBig) expect(parsed).toEqual({ ok: false, reason: 'bad_number' });
        else expect(parsed).toMatchObject({ ok: true, reading: { data: JSON.parse(text) as object } });
      },
    ),
    { numRuns: 1_000 },
  );
});
