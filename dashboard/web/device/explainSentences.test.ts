import { describe, expect, it } from 'vitest';
import type { Explanation, Target } from '../../../fanout/client/telemetryClient.ts';
import { explainSentences, foldedShare, isUnknown, type Known } from './explainSentences.ts';

type Via = Known['watched'][number];
const via = (to: Target, maxRate?: number, more: Partial<Via> = {}): Via => ({
  watch: { to, ...(maxRate === undefined ? {} : { maxRate }) },
  isChosen: true,
  status: 'live',
  rate: maxRate,
  ...more,
});

const stage = (name: Explanation['stages'][number]['stage'], ok: boolean) => ({
  stage: name,
  ok,
  detail: '.',
});
const saying = (...stages: Explanation['stages']): Explanation => ({
  device: 'pump-2',
  delivered: stages.every(({ ok }) => ok),
  stages,
});

const known: Known = {
  explanation: saying(stage('connection', true), stage('rate', true)),
  watched: [],
  who: { deviceId: 'pump-2', region: 'eu-west', deviceType: 'pump' },
  perSecond: 10,
  readings: 40,
  folded: 0,
};
const said = (more: Partial<Known>): string => explainSentences({ ...known, ...more }).join(' ');

describe('a device that comes', () => {
  it('comes through what covers it, and says what is folded', () => {
    expect(said({ watched: [via({ region: 'eu-west' }, 1), via({ region: 'us-east' })] })).toBe(
      'You get this device through region eu-west; 9 of 10 readings are folded by maxRate 1.',
    );
  });

  it('comes whole where the most permissive watch wants every reading', () => {
    const own = via({ device: 'pump-2' }, undefined, { isChosen: false });
    expect(said({ watched: [via({ region: 'eu-west' }, 1), own] })).toBe(
      'You get this device through region eu-west and a subscription of its own while this page is open; every reading comes by itself. In the fleet 9 of 10 of its readings are folded by maxRate 1.',
    );
  });

  it('says where a rate is nobody’s choice', () => {
    expect(said({ watched: [via({ type: 'pump' }, undefined, { rate: 5 })] })).toContain(
      '1 of 2 readings are folded by the rate that suits what you look at (5 a second)',
    );
  });

  it('says that a maxRate folds nothing where the device speaks no faster', () => {
    expect(said({ perSecond: 1, watched: [via({ region: 'eu-west' }, 1)] })).toBe(
      'You get this device through region eu-west; at most 1 a second come, which is as often as it speaks.',
    );
  });

  it('counts what came folded', () => {
    expect(said({ watched: [via({ region: 'eu-west' }, 1)], folded: 36 })).toContain(
      'Of 40 readings so far 36 came folded into others.',
    );
  });

  it('does not count on a watch that was refused', () => {
    expect(said({ watched: [via({ region: 'eu-west' }, 1, { status: 'refused' })] })).toBe(
      'You get this device.',
    );
  });
});

describe('a device that does not come', () => {
  it('says the first thing that is in the way, and what to do', () => {
    const explanation = saying(stage('device', true), stage('subscriptions', false), stage('where', false));
    expect(said({ explanation })).toBe(
      'You do not get this device: nothing you watch covers this device. Watch it, its region or its type.',
    );
  });

  it('is unknown where the server has nothing of its name', () => {
    expect(isUnknown(saying(stage('device', false)))).toBe(true);
    expect(isUnknown(saying(stage('device', true), stage('where', false)))).toBe(false);
  });

  it('has words for every stage', () => {
    for (const name of ['connection', 'token', 'device', 'grants', 'subscriptions', 'where', 'rate'] as const)
      expect(said({ explanation: saying(stage(name, false)) })).toMatch(
        /^You do not get this device: .+\. .+\.$/,
      );
  });
});

it.each([
  [10, 1, '9 of 10'],
  [2, 1, '1 of 2'],
  [4, 1, '3 of 4'],
  [3, 2, '1 of 3'],
  [100, 1, '99 of 100'],
  [1_000, 1, '99 of 100'],
  [1, 1, undefined],
  [1, 5, undefined],
])('of %i a second a maxRate of %i folds %s', (perSecond, maxRate, share) => {
  expect(foldedShare(perSecond, maxRate)).toBe(share);
});
