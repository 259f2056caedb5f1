import { expect, it } from 'vitest';
import type { Update } from '../../../fanout/client/telemetryClient.ts';
import { namesFor, unwatched } from './suggest.ts';

const device = (id: string, region: string, deviceType?: string) => ({
  id,
  latest: { region, ...(deviceType === undefined ? {} : { deviceType }) } as Update, // All that is looked at.
});
const devices = [device('d10', 'b', 'pump'), device('d9', 'a'), device('x', 'b', 'pump')];
const suggestions = { regions: ['c', 'a'], types: ['kettle'] };

it('suggests what is configured and what was seen, once, in order', () => {
  expect(namesFor('region', '', suggestions, devices)).toEqual(['a', 'b', 'c']);
  expect(namesFor('type', '', undefined, devices)).toEqual(['pump']);
  expect(namesFor('device', ' D', suggestions, devices)).toEqual(['d9', 'd10']);
});

it('suggests no more than a list can show', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => device(`d${n}`, 'a'));
  expect(namesFor('device', '', undefined, many)).toHaveLength(100);
});

it('offers regions and types that are not watched, at any rate', () => {
  const watches = [{ to: { region: 'a' }, maxRate: 1 }, { to: { type: 'pump' } }, { to: { device: 'b' } }];
  expect(unwatched(watches, suggestions, devices)).toEqual([
    { to: { region: 'b' } },
    { to: { region: 'c' } },
    { to: { type: 'kettle' } },
  ]);
});
