import { expect, it } from 'vitest';
import { sentenceOf, wishText, type Told } from './events.ts';

it.each<[Told, string | undefined]>([
  [{ name: 'state', event: 'live' }, undefined],
  [
    { name: 'resumed', event: { id: 's1', recovered: true, readings: 1 } },
    'resumed: nothing is missing, 1 reading replayed',
  ],
  [
    { name: 'resumed', event: { id: 's1', recovered: false, readings: 0 } },
    'resumed, but what came meanwhile is lost: too long ago, or too much',
  ],
  [
    { name: 'gap', event: { deviceId: 'kettle-1', boot: 1, from: 4, to: 4 } },
    'kettle-1: seq 4 did not come, looking in the history',
  ],
  [
    { name: 'gapFilled', event: { deviceId: 'kettle-1', boot: 1, from: 4, to: 6, readings: 3 } },
    'kettle-1: seq 4 to 6: 3 readings of the history',
  ],
  [
    { name: 'note', event: { to: { device: 'kettle-1' }, text: 'Hot!', from: 'ada', at: 1 } },
    'ada says of device kettle-1: Hot!',
  ],
])('%j is told as %j', (told, sentence) => {
  expect(sentenceOf(told)).toBe(sentence);
});

it('what is watched is said in one line', () => {
  const where = [
    { field: 'temperature', op: '>', value: 30 } as const,
    { field: 'door', op: '==', value: true } as const,
  ];
  expect(wishText([{ region: 'eu-west' }, { device: 'kettle-1' }], { where, rate: 2 })).toBe(
    'region eu-west, device kettle-1 where temperature > 30 and door == true at most 2 a second each',
  );
});
