import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { maySee, mayEverSee } from './grants.ts';
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
