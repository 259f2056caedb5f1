import { describe, expect, it } from 'vitest';
import type { Health } from '../view/view.ts';
import { newDevice, type Device } from './device.ts';
import { anUpdate } from './factories.testing.ts';
import { listed } from './listed.ts';
import { regionsOf } from './regions.ts';

const device = (deviceId: string, region: string, deviceType: string): Device =>
  newDevice(anUpdate({ deviceId, region, deviceType }));

const fleet = [
  device('pump-10', 'eu-west', 'pump'),
  device('pump-9', 'us-east', 'pump'),
  device('van-1', 'eu-west', 'cold-chain'),
];
const healths: Readonly<Record<string, Health>> = { 'pump-9': 'stale', 'van-1': 'offline' };
const healthOf = ({ id }: Device): Health => healths[id] ?? 'fresh';

const ids = (over: Partial<Parameters<typeof listed>[1]>): string[] =>
  listed(fleet, { find: '', only: undefined, sort: 'name', ...over }, healthOf).map(({ id }) => id);

describe('the devices that are listed', () => {
  it('are in the order of their numbers', () => {
    expect(ids({})).toEqual(['pump-9', 'pump-10', 'van-1']);
  });

  it.each([
    ['region', ['pump-10', 'van-1', 'pump-9']],
    ['type', ['van-1', 'pump-9', 'pump-10']],
    ['trouble', ['van-1', 'pump-9', 'pump-10']],
  ] as const)('are in the order of their %s', (sort, expected) => {
    expect(ids({ sort })).toEqual(expected);
  });

  it('have every word in their name, type or region', () => {
    expect(ids({ find: ' PUMP eu ' })).toEqual(['pump-10']);
  });

  it('are of one region, where that is named as one', () => {
    expect(ids({ find: 'region:us-east' })).toEqual(['pump-9']);
    expect(ids({ find: 'region:us' })).toEqual([]);
  });

  it('are of one health only, where that is asked for', () => {
    expect(ids({ only: 'offline' })).toEqual(['van-1']);
  });
});

it('a region counts its devices by their health', () => {
  expect(regionsOf(fleet, healthOf)).toEqual([
    { name: 'eu-west', total: 2, fresh: 1, stale: 0, offline: 1 },
    { name: 'us-east', total: 1, fresh: 0, stale: 1, offline: 0 },
  ]);
});
