import { describe, expect, it } from 'vitest';
import type { Condition } from '../../fanout/protocol.ts';
import { isTargetOf, mayHave, wants } from './entitled.ts';

const device = { deviceId: 'pump-1', region: 'eu-west', deviceType: 'pump' };

it.each([
  ['*', true],
  ['region:eu-west', true],
  ['region:eu-*', true],
  ['region:eu', false],
  ['device:pump-1', true],
  ['device:pump', false],
  ['type:p*', true],
  ['colour:red', false],
])('a grant of %s covers a pump in eu-west: %j', (grant, covers) => {
  expect(mayHave({ viewer: 'v', grants: [grant], subscriptions: [] }, device)).toBe(covers);
});

it('a target is the whole name', () => {
  expect(isTargetOf({ region: 'eu-west' }, device)).toBe(true);
  expect(isTargetOf({ region: 'eu' }, device)).toBe(false);
  expect(isTargetOf({ type: 'pump' }, device)).toBe(true);
  expect(isTargetOf({ device: 'pump-10' }, device)).toBe(false);
});

describe('a condition', () => {
  const data = { flow: 5, mode: 'auto', running: false, fault: null };
  it.each<[Condition, boolean]>([
    [{ field: 'flow', op: '>', value: 5 }, false],
    [{ field: 'flow', op: '>=', value: 5 }, true],
    [{ field: 'flow', op: '<', value: 5 }, false],
    [{ field: 'flow', op: '<=', value: 5 }, true],
    [{ field: 'mode', op: '>', value: 1 }, false],
    [{ field: 'mode', op: '==', value: 'auto' }, true],
    [{ field: 'running', op: '==', value: false }, true],
    [{ field: 'fault', op: '==', value: null }, true],
    [{ field: 'fault', op: '!=', value: 'stuck' }, false],
    [{ field: 'mode', op: '!=', value: 'manual' }, true],
    [{ field: 'absent', op: '!=', value: 1 }, false],
    [{ field: 'absent', op: 'exists' }, false],
    [{ field: 'fault', op: 'exists' }, true],
    [{ field: 'absent', op: 'exists', value: false }, true],
    [{ field: 'constructor', op: 'exists' }, false],
  ])('%j holds: %j', (condition, holds) => {
    expect(wants({ id: 's1', to: { type: 'pump' }, where: [condition] }, data)).toBe(holds);
  });
});
