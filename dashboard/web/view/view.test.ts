import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../fanout/limits.ts';
import type { Condition } from '../../../fanout/protocol.ts';
import {
  changeWatch,
  emptyView,
  leftOut,
  formatView,
  healths,
  isWatched,
  panels,
  parseView,
  sizes,
  sorts,
  targetFrom,
  targetKinds,
  withWatch,
  withoutWatch,
  type View,
  type Watch,
} from './view.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,12}$/);
// As a person can write it: no operator in a field, no space around it.
const field = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => {
  const words = text.trim().split(/\s+/).join(' ');
  return words === text && words !== '' && !/[<>=!]/.test(text);
});
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field, op: fc.constantFrom('>', '>=', '<', '<='), value: number }),
  fc.record({
    field,
    op: fc.constantFrom('==', '!='),
    value: fc.oneof(number, fc.string({ unit: 'grapheme', maxLength: 20 }), fc.boolean(), fc.constant(null)),
  }),
  fc.record({ field, op: fc.constant('exists') }),
  fc.record({ field, op: fc.constant('exists'), value: fc.constant(false) }),
  fc.record({ field, op: fc.constant('changedBy'), value: number.filter((value) => value > 0) }),
);
const to = fc
  .tuple(fc.constantFrom(...targetKinds), name)
  .map(([kind, text]) => targetFrom(kind, text) ?? { device: text });
const watch: fc.Arbitrary<Watch> = fc.record(
  {
    to,
    where: fc.array(condition, { minLength: 1, maxLength: limits.conditions }),
    maxRate: fc.double({ min: limits.maxRate.least, max: limits.maxRate.most, noNaN: true }),
  },
  { requiredKeys: ['to'] },
);
const view: fc.Arbitrary<View> = fc
  .record(
    {
      watches: fc.array(watch, { maxLength: 6 }),
      show: fc.constantFrom('fleet', 'map'),
      open: name,
      panel: fc.constantFrom(...panels),
      find: fc.string({ unit: 'grapheme', maxLength: 40 }),
      only: fc.constantFrom(...healths),
      sort: fc.constantFrom(...sorts),
      size: fc.constantFrom(...sizes),
      wall: fc.boolean(),
      attentive: fc.boolean(),
    },
    { requiredKeys: ['watches', 'show', 'find', 'sort', 'size', 'wall', 'attentive'] },
  )
  .map(({ watches, ...rest }) => watches.reduce<View>(withWatch, { ...rest, watches: [] }));

const watchesOf = (search: string): readonly Watch[] => parseView(search).watches;

describe('the view in the URL', () => {
  it('comes back as it was, every part of it', () => {
    fc.assert(
      fc.property(view, (one) => {
        expect(parseView(formatView(one))).toEqual(one);
      }),
    );
  });

  it('without a query is the empty one, which needs none', () => {
    expect(parseView('')).toEqual(emptyView);
    expect(formatView(emptyView)).toBe('');
  });

  it('takes anything for a query, and what it made of it comes back', () => {
    const part = fc.oneof(
      fc.tuple(
        fc.constantFrom('region', 'type', 'device', 'open', 'only', 'sort'),
        fc.string({ unit: 'binary' }),
      ),
      fc.tuple(name, fc.string()),
    );
    fc.assert(
      fc.property(fc.array(part), (pairs) => {
        const once = parseView(`?${pairs.map((pair) => pair.join('=')).join('&')}`);
        expect(parseView(formatView(once))).toEqual(once);
      }),
    );
  });

  it('can be read', () => {
    const search = '?region=eu-west;where=temperature+%3E+20;rate=0.5&device=a:b&sort=trouble&attention=off';
    expect(formatView(parseView(search))).toBe(search);
  });

  it('keeps watches in their order', () => {
    expect(watchesOf('?device=a&region=b&type=c&region=d').map(({ to: target }) => target)).toEqual([
      { device: 'a' },
      { region: 'b' },
      { type: 'c' },
      { region: 'd' },
    ]);
  });

  it.each(['a;b', 'a%b', 'a%3Bb', 'a%253Bb', ';rate=5', '%', '%25', 'a=b&c=d'])(
    'keeps a condition on the text %j',
    (value) => {
      const watches: Watch[] = [{ to: { region: 'r' }, where: [{ field: 'name', op: '==', value }] }];
      expect(watchesOf(formatView({ ...emptyView, watches }))).toEqual(watches);
    },
  );

  it('passes over names that nothing can have, and repetitions', () => {
    expect(watchesOf('?region=a&region=a&region=%3Cb%3E&type=&device=x/y&region=;rate=1')).toEqual([
      { to: { region: 'a' } },
    ]);
  });

  it.each([
    'rate=0',
    'rate=-1',
    'rate=51',
    'rate=NaN',
    'rate=Infinity',
    'rate=',
    'rate=fast',
    'where=',
    'where=t>',
    'x=y',
  ])('passes over %j', (part) => {
    expect(watchesOf(`?region=a;${part}`)).toEqual([{ to: { region: 'a' } }]);
  });

  it('passes over more conditions than one subscription takes', () => {
    const many = Array.from({ length: 20 }, (_, n) => `where=t>${n}`).join(';');
    expect(watchesOf(`?region=a;${many}`)[0]?.where).toHaveLength(limits.conditions);
  });

  it('does not hang on ten thousand watches', () => {
    const search = `?${Array.from({ length: 10_000 }, (_, n) => `device=d${n}`).join('&')}`;
    expect(watchesOf(search)).toHaveLength(200);
  });

  it('passes over words that it does not know', () => {
    expect(parseView('?show=x&panel=x&only=x&sort=x&open=%3Cb%3E&wall=off&attention=x&x=y')).toEqual(
      emptyView,
    );
  });

  it('has a switch for walls that needs no value', () => {
    expect(parseView('?wall').wall).toBe(true);
    expect(parseView('?wall=0').wall).toBe(false);
  });
});

describe('a view', () => {
  const [a, b, slowA]: [Watch, Watch, Watch] = [
    { to: { region: 'a' } },
    { to: { region: 'b' } },
    { to: { region: 'a' }, maxRate: 1 },
  ];
  const both: View = { ...emptyView, watches: [a, b] };

  it('watches the same once, and no more when it is taken out', () => {
    const once = withWatch(withWatch(emptyView, a), { to: { region: 'a' } });
    expect(once.watches).toEqual([a]);
    expect(withoutWatch(once, a).watches).toEqual([]);
  });

  it('tells the same target with another rate or other conditions apart', () => {
    expect(isWatched(both, a)).toBe(true);
    expect(isWatched(both, slowA)).toBe(false);
    expect(isWatched(both, { ...a, where: [{ field: 't', op: '>', value: 1 }] })).toBe(false);
  });

  it('has a changed watch in the place of the one it was', () => {
    expect(changeWatch(both, a, slowA).watches).toEqual([slowA, b]);
  });

  it('has a watch once that is changed into another one', () => {
    expect(changeWatch({ ...emptyView, watches: [a, slowA] }, slowA, a).watches).toEqual([a]);
  });

  it('stays when a watch is changed that it does not have, or into itself', () => {
    expect(changeWatch(both, slowA, { to: { type: 'c' } })).toEqual(both);
    expect(changeWatch(both, a, { to: { region: 'a' } })).toBe(both);
  });

  it('takes a name with space around it, and no other characters than names have', () => {
    expect(targetFrom('device', ' kettle-1 ')).toEqual({ device: 'kettle-1' });
    expect(targetFrom('device', 'telemetry/x')).toBeUndefined();
  });
});

describe('an address with a slip in it', () => {
  it('is told apart from one that is understood', () => {
    expect(leftOut('?region=eu-west;rate=0.5;where=temperature > 20&type=pump&foo=1')).toEqual([]);
    expect(leftOut('?region=eu-west;rate=abc&region=&device=a%20b&type=x;where=t>>1')).toEqual([
      'region=eu-west;rate=abc',
      'region=',
      'type=x;where=t>>1',
      'device=a b',
    ]);
  });
});
