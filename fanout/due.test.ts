import { describe, expect, it } from 'vitest';
import { due } from './due.ts';
import { aConnection, aReading } from './factories.ts';
import type { Subscription } from './ports.ts';
import type { Condition } from './protocol.ts';

const now = aConnection().tokenExpiresAt - 1;
const hot: Condition[] = [{ field: 'temperature', op: '>', value: 30 }];
const cold: Condition[] = [{ field: 'temperature', op: '<', value: 30 }];
const byTwo: Condition[] = [{ field: 'temperature', op: 'changedBy', value: 2 }];

const row = (over: Partial<Subscription> = {}): Subscription => {
  const connection = aConnection();
  return { ...connection, id: 's1', target: 'region#eu-west', ...over };
};
const verdict = (...rows: Subscription[]): string => due({ rows, reading: aReading(), now }).verdict;
const wishes = (...rows: Subscription[]): readonly unknown[] => {
  const one = due({ rows, reading: aReading(), now });
  return one.verdict === 'paced' ? one.wishes : [];
};

describe('due', () => {
  it('a plain subscription is due the reading now', () => {
    expect(verdict(row())).toBe('now');
  });

  it('a token that expires at this moment has expired', () => {
    expect(verdict(row({ tokenExpiresAt: now }))).toBe('tokenExpired');
    expect(verdict(row({ tokenExpiresAt: now + 1 }))).toBe('now');
    expect(verdict()).toBe('tokenExpired');
  });

  it('nothing is due without a grant', () => {
    expect(verdict(row({ grants: [] }))).toBe('notGranted');
    expect(verdict(row({ grants: ['region:eu-west-2'] }))).toBe('notGranted');
  });

  it('a row that is alive and one that is granted do not make up for each other', () => {
    expect(verdict(row({ tokenExpiresAt: now }), row({ grants: [] }))).toBe('notGranted');
    expect(wishes(row({ grants: [] }), row({ grants: ['*'], maxRate: 1 }))).toHaveLength(1);
  });

  it('a row without a grant lends its wish to none that has one', () => {
    expect(verdict(row({ grants: [] }), row({ where: hot }))).toBe('filtered');
    expect(verdict(row({ tokenExpiresAt: now }), row({ maxRate: 1 }))).toBe('paced');
  });

  it('a where that does not match leaves nothing, one that does is due now', () => {
    expect(verdict(row({ where: hot }))).toBe('filtered');
    expect(verdict(row({ where: cold }))).toBe('now');
    expect(verdict(row({ where: hot }), row({ where: cold }))).toBe('now');
  });

  it('a maxRate leaves it to the pace, with the wishes that match', () => {
    const fast = row({ maxRate: 10, where: cold });
    const slow = row({ maxRate: 0.1 });
    expect(wishes(fast, slow, row({ maxRate: 50, where: hot }))).toEqual([fast, slow]);
  });

  it('a row without maxRate that does not match does not hurry the others', () => {
    expect(verdict(row({ maxRate: 1 }), row({ where: hot }))).toBe('paced');
    expect(verdict(row({ maxRate: 1 }), row())).toBe('now');
  });

  it('changedBy leaves it to the pace where it can ever match', () => {
    expect(verdict(row({ where: byTwo }))).toBe('paced');
    expect(verdict(row({ where: [...byTwo, ...hot] }))).toBe('filtered');
    expect(verdict(row({ where: [{ field: 'humidity', op: 'changedBy', value: 2 }] }))).toBe('filtered');
  });
});
