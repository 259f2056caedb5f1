import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { due } from './due.ts';
import { aReading } from './factories.ts';
import { coversTarget, mayEverSee, maySee, isGrant } from './grants.ts';
import { grantsNeverLeak, type GrantRules } from './grants.property.ts';
import { keysOf, targetOf } from './target.ts';

describe('maySee', () => {
  it.each([
    ['*', true],
    ['device:kettle-1', true],
    ['device:kettle-*', true],
    ['device:*', true],
    ['region:eu-west', true],
    ['type:kettle', true],
    ['device:kettle-', false],
    ['device:kettle-10', false],
    ['device:ettle-1', false],
    ['device:KETTLE-1', false],
    ['region:eu-west-2', false],
    ['region:eu-wes', false],
    ['type:eu-west', false],
    ['region:*-west', false],
    ['group:eu-west', false],
    ['eu-west', false],
    ['', false],
    [':kettle-1', false],
    ['**', false],
    ['* ', false],
    ['Device:kettle-1', false],
    [' device:kettle-1', false],
    ['device: kettle-1', false],
    ['device::kettle-1', false],
    ['device#kettle-1', false],
    ['device:kettle-1*', true],
    ['device:kettle-1**', false],
    ['device:kettle-?', false],
    ['device:.*', false],
    ['device:../kettle-1', false],
    ['device:kеttle-1', false], // Cyrillic е
    ['device:kettle-1\u200b', false],
    ['device:kettle-1\n', false],
    ['region:device:kettle-1', false],
    ['device:', false],
  ])('the grant "%s" covers kettle-1 in eu-west: %s', (grant, covered) => {
    expect(maySee([grant], aReading())).toBe(covered);
  });

  it('no grants cover nothing', () => {
    expect(maySee([], aReading())).toBe(false);
  });

  it('a type grant does not cover a reading without a type', () => {
    const { deviceType: _, ...untyped } = aReading();
    expect(maySee(['type:*'], untyped)).toBe(false);
  });

  it('a device whose name holds a colon is granted by that name', () => {
    expect(maySee(['device:a:b'], aReading({ deviceId: 'a:b' }))).toBe(true);
  });
});

describe('mayEverSee', () => {
  it.each([
    [['*'], { device: 'x' }, true],
    [['region:eu-west'], { region: 'eu-west' }, true],
    [['region:eu-west'], { region: 'us-east' }, false],
    [['region:eu-west'], { device: 'x' }, true],
    [['device:pump-*'], { device: 'kettle-1' }, false],
    [['device:pump-*'], { region: 'eu-west' }, true],
    [[], { region: 'eu-west' }, false],
    [['nonsense'], { region: 'eu-west' }, false],
  ])('%j could bring something of %j: %s', (grants, target, possible) => {
    expect(mayEverSee(grants, target)).toBe(possible);
  });

  it('never refuses a target of which delivery would let a reading through', () => {
    const name = fc.constantFrom('t1', 't10', 't', 'a:b', 'T1');
    const grant = fc
      .tuple(fc.constantFrom('device:', 'region:', 'type:', ''), fc.constantFrom('t1', 't*', 't10', '*', ''))
      .map(([kind, pattern]) => kind + pattern);
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 3 }),
        name,
        name,
        name,
        (grants, deviceId, region, deviceType) => {
          const reading = aReading({ deviceId, region, deviceType });
          if (!maySee(grants, reading)) return;
          for (const key of keysOf(reading)) expect(mayEverSee(grants, targetOf(key))).toBe(true);
        },
      ),
    );
  });
});

describe('coversTarget', () => {
  it.each([
    [['*'], { region: 'eu-west' }, true],
    [['region:eu-*'], { region: 'eu-west' }, true],
    [['region:eu-west'], { region: 'eu-west-2' }, false],
    [['device:*'], { region: 'eu-west' }, false],
    [['type:*'], { region: 'eu-west' }, false],
    [['type:kettle'], { type: 'kettle' }, true],
    [['region:kettle'], { type: 'kettle' }, false],
    [['device:kettle-*'], { device: 'kettle-1' }, true],
    [['device:kettle-1'], { device: 'kettle-10' }, false],
    [['region:*', 'type:*'], { device: 'kettle-1' }, false],
    [[], { device: 'kettle-1' }, false],
    [['**', 'nonsense', ''], { device: 'kettle-1' }, false],
  ])('%j cover %j: %s', (grants, target, covered) => {
    expect(coversTarget(grants, target)).toBe(covered);
  });

  it.each([
    ['region:eu-west', true],
    ['type:kettle', true],
    ['device:kettle-1', true],
    ['region:us-*', false],
    ['type:pump', false],
    ['device:kettle-2', false],
  ])('the grant "%s" covers the device kettle-1, known to be a kettle in eu-west: %s', (grant, covered) => {
    const device = { region: 'eu-west', deviceType: 'kettle' };
    expect(coversTarget([grant], { device: 'kettle-1' }, device)).toBe(covered);
  });

  it('a type grant does not cover a device without a type', () => {
    expect(coversTarget(['type:*'], { device: 'kettle-1' }, { region: 'eu-west' })).toBe(false);
  });
});

describe('twenty principals with names that are easily confused', () => {
  const seed = 20_260_301;
  const real: GrantRules = { due, coversTarget };

  it('get what their grants cover and nothing else', () => {
    const { updates, notes, withheld } = grantsNeverLeak(3_000);
    expect(updates).toBeGreaterThan(200);
    expect(notes).toBeGreaterThan(10);
    expect(withheld).toBeGreaterThan(1_000);
  });

  const withGrants =
    (change: (grants: readonly string[]) => string[]): GrantRules['due'] =>
    ({ rows, ...rest }) =>
      due({ rows: rows.map((row) => ({ ...row, grants: change(row.grants) })), ...rest });

  it.each<[string, RegExp, Partial<GrantRules>]>([
    ['ignores grants', /^updates passed/, { due: withGrants(() => ['*']) }],
    [
      'takes every grant for a prefix',
      /^updates passed/,
      { due: withGrants((grants) => grants.flatMap((grant) => [grant, `${grant}*`])) },
    ],
    [
      'tidies grants up',
      /^updates passed/,
      { due: withGrants((grants) => grants.map((grant) => grant.normalize('NFKC').trim())) },
    ],
    ['ignores expiry', /^updates passed/, { due: ({ rows, reading }) => due({ rows, reading, now: 0 }) }],
    [
      'ignores where',
      /^updates passed/,
      { due: ({ rows, ...rest }) => due({ rows: rows.map(({ where: _, ...row }) => row), ...rest }) },
    ],
    ['sends nothing', /^updates withheld/, { due: () => ({ verdict: 'notGranted' }) }],
    ['takes some of a target for all of it', /^notes passed/, { coversTarget: mayEverSee }],
    [
      'forgets where a device is',
      /^notes withheld/,
      { coversTarget: (grants, target) => coversTarget(grants, target) },
    ],
  ])('would notice a rule that %s', (_, fault, broken) => {
    expect(() => grantsNeverLeak(3_000, seed, { ...real, ...broken })).toThrow(fault);
  });
});

it.each(['*', 'region:eu-west', 'device:pump-*', 'type:*', 'device:a:b'])('%s is a grant', (text) =>
  expect(isGrant(text)).toBe(true),
);

it.each(['', 'eu-west', 'regoin:eu-west', 'region:', 'device:a*b', 'device:ünit', '**'])(
  '"%s" is no grant',
  (text) => expect(isGrant(text)).toBe(false),
);
