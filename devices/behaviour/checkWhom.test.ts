import { expect, it } from 'vitest';

import { fleetOf } from '../fleet.ts';
import { checkWhom } from './checkWhom.ts';

const fleet = fleetOf(3, ['roof', 'cellar'], 'seed');

it('a behaviour that concerns nobody is refused, with what there is', () => {
  const check = (): void => checkWhom(fleet, [{ kind: 'slow', ms: 5, whom: { regions: ['attic'] } }]);
  expect(check).toThrow(
    /^--slow concerns no device\. There are regions .*roof.*; types .*pump.*; devices .*pump-002.*\.$/,
  );
});

it('of a large fleet only some names are told', () => {
  const check = (): void =>
    checkWhom(fleetOf(100, ['roof'], 's'), [{ kind: 'refused', whom: { devices: ['x'] } }]);
  expect(check).toThrow(/devices (\S+, ){8}\.\.\.\.$/);
});

it('one that concerns somebody is not', () => {
  checkWhom(fleet, [
    { kind: 'slow', ms: 5 },
    { kind: 'refused', whom: { share: 0.01 } },
  ]);
});
