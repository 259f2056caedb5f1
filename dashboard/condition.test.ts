import { describe, expect, it } from 'vitest';
import { requests } from '../fanout/protocol.ts';
import { describeCondition, formatCondition, parseCondition } from './condition.ts';

describe('a condition that somebody wrote', () => {
  it.each([
    ['temperature>30', { field: 'temperature', op: '>', value: 30 }],
    [' temperature >= -1.5e3 ', { field: 'temperature', op: '>=', value: -1500 }],
    ['door==true', { field: 'door', op: '==', value: true }],
    ['fault==null', { field: 'fault', op: '==', value: null }],
    ['count!=0', { field: 'count', op: '!=', value: 0 }],
    ['name!=x', { field: 'name', op: '!=', value: 'x' }],
    ['name=="30"', { field: 'name', op: '==', value: '30' }],
    ['name==a>b', { field: 'name', op: '==', value: 'a>b' }],
    ['mode==on exists', { field: 'mode', op: '==', value: 'on exists' }],
    ['temperature changedBy 0.5', { field: 'temperature', op: 'changedBy', value: 0.5 }],
    ['humidity exists', { field: 'humidity', op: 'exists' }],
    ['humidity exists false', { field: 'humidity', op: 'exists', value: false }],
    ['outdoor humidity exists', { field: 'outdoor humidity', op: 'exists' }],
  ])('%j is understood, and the contract accepts it', (text, condition) => {
    expect(parseCondition(text)).toEqual(condition);
    expect(parseCondition(formatCondition(parseCondition(text)))).toEqual(condition);
    const request = { action: 'subscribe', id: 's1', to: { region: 'r' }, where: [parseCondition(text)] };
    expect(requests.subscribe.safeParse(request).success).toBe(true);
  });

  it.each([
    ['temperature', /Give a condition such as/],
    ['', /Give a condition such as/],
    ['>30', /Give a condition such as/],
    ['exists', /Give a condition such as/],
    [`${'x'.repeat(129)}>1`, /Give a condition such as/],
    ['temperature>', /Give a value after ">"/],
    ['temperature>hot', /Give a number after ">"/],
    ['temperature>1e999', /Give a number after ">"/],
    ['temperature>0x10', /Give a number after ">"/],
    ['temperature=30', /"=" is no operator: use == or !=/],
    ['temperature changedBy 0', /Give a number above 0/],
    ['temperature changedBy much', /Give a number above 0/],
    [`name==${'x'.repeat(257)}`, /at most 256 characters/],
  ])('%j is refused in words', (text, why) => {
    expect(() => parseCondition(text)).toThrow(why);
  });

  it('can be shown', () => {
    const shown = ['t>30', 'n==x', 't changedBy 1', 'h exists', 'h exists false'].map((text) =>
      describeCondition(parseCondition(text)),
    );
    expect(shown).toEqual(['t > 30', 'n == "x"', 't changedBy 1', 'h exists', 'h is absent']);
  });
});
