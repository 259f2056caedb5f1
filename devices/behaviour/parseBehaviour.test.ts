import { describe, expect, it } from 'vitest';

import { type BehaviourKind, behaviourKinds } from './behaviour.ts';
import { parseBehaviour, syntaxes } from './parseBehaviour.ts';

describe('a switch', () => {
  it.each(behaviourKinds)('takes the example of --%s', (kind) => {
    expect(parseBehaviour(kind, syntaxes[kind].example)).toMatchObject({ kind });
  });

  it('says whom, how and when', () => {
    expect(parseBehaviour('offline', '10%:30s/5m')).toEqual({
      kind: 'offline',
      whom: { share: 0.1 },
      forMs: 30_000,
      everyMs: 300_000,
    });
    expect(parseBehaviour('crying', '50%,region=roof+cellar,type=pump:x2.5,1s/1m')).toEqual({
      kind: 'crying',
      whom: { share: 0.5, regions: ['roof', 'cellar'], types: ['pump'] },
      factor: 2.5,
      forMs: 1_000,
      everyMs: 60_000,
    });
    expect(parseBehaviour('clock-skew', 'device=pump-2:-90s')).toMatchObject({ ms: -90_000 });
    expect(parseBehaviour('clock-drift', 'all:-50')).toMatchObject({ ppm: -50, whom: { share: 1 } });
    expect(parseBehaviour('malformed', 'all:5%,truncated')).toMatchObject({
      chance: 0.05,
      forms: ['truncated'],
    });
    expect(parseBehaviour('reboot', 'all:10m')).toMatchObject({ forMs: 2_000, everyMs: 600_000 });
    expect(parseBehaviour('refused', '2%')).toEqual({ kind: 'refused', whom: { share: 0.02 } });
  });

  const wrong: [BehaviourKind, string, string][] = [
    ['offline', '10%', 'Give WHO:FOR/EVERY, such as 10%:30s/5m;'],
    ['offline', '10%:30s', 'Give WHO:FOR/EVERY'],
    ['offline', '10%:6m/5m', 'Give WHO:FOR/EVERY'],
    ['offline', '10%:0s/5m', 'Give WHO:FOR/EVERY'],
    ['offline', '10%:1s/2s/3s', 'Give WHO:FOR/EVERY'],
    ['offline', '0%:30s/5m', '"0%" names no devices'],
    ['offline', '101%:30s/5m', '"101%" names no devices'],
    ['offline', 'floor=2:30s/5m', '"floor=2" names no devices'],
    ['offline', 'region=:30s/5m', '"region=" names no devices'],
    ['flapping', 'all:10ms', 'Give WHO:EVERY'],
    ['reboot', 'all:8d', 'Give WHO:[FOR/]EVERY'],
    ['duplicates', 'all:2', 'Give WHO:CHANCE'],
    ['reordering', 'all:1', 'Give WHO:WINDOW'],
    ['clock-skew', 'all:90', 'Give WHO:TIME'],
    ['clock-skew', 'all:0s', 'Give WHO:TIME'],
    ['clock-drift', 'all:0', 'Give WHO:PPM'],
    ['slow', 'all:-1s', 'Give WHO:TIME'],
    ['crying', 'all:20,1s/1m', 'Give WHO:xN,FOR/EVERY'],
    ['malformed', 'all:5%,upside-down', 'Give WHO:CHANCE[,FORM]'],
    ['refused', '', '"" names no devices'],
  ];
  it.each(wrong)('--%s %s is refused with an example', (kind, text, message) => {
    expect(() => parseBehaviour(kind, text)).toThrow(message);
  });
});

it.each([
  ['offline', '10%:5m/30s', 'FOR is above 0 and no longer than EVERY'],
  ['reordering', '10%:1', 'from 2 to 100'],
  ['duplicates', 'all:101%', 'up to 100%'],
  ['malformed', 'all:5%,odd', 'one of truncated, not-an-object'],
  ['crying', '2%:x1,10s/1m', 'N is from 2 to 1000'],
] as const)('a refusal of --%s %s says the rule', (kind, text, rule) => {
  expect(() => parseBehaviour(kind, text)).toThrow(rule);
});
