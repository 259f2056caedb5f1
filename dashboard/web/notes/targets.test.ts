import { expect, it } from 'vitest';
import { noteTargets } from './targets.ts';

it('are the open device and what is watched, each once', () => {
  const [region, device] = [{ region: 'a' }, { device: 'd' }];
  const watches = [{ to: region }, { to: device, maxRate: 1 }, { to: region, maxRate: 1 }];
  expect(noteTargets({ watches, open: 'd' })).toEqual([device, region]);
  expect(noteTargets({ watches })).toEqual([region, device]);
  expect(noteTargets({ watches: [] })).toEqual([]);
});
