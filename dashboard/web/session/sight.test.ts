import { describe, expect, it } from 'vitest';
import type { Device } from '../fleet/device.ts';
import { emptyView, type View } from '../view/view.ts';
import { sightOf, type Looking } from './sight.ts';

const device = (id: string, region: string): Device =>
  ({ id, latest: { deviceId: id, region, deviceType: 'pump' } }) as Device; // All that is looked at.

const [near, far] = [device('pump-1', 'eu-west'), device('pump-2', 'us-east')];
const looking = (over: Partial<Looking> & { view?: View } = {}): Looking => ({
  view: { ...emptyView, attentive: true },
  isHidden: false,
  devices: [near, far],
  seen: [near],
  ...over,
});
const region = (name: string) => ({ to: { region: name } });

describe('a watch', () => {
  it('is on the screen where one of its devices is', () => {
    expect(sightOf(region('eu-west'), looking())).toEqual({ sight: 'on-screen', devices: 1 });
    expect(sightOf(region('us-east'), looking())).toEqual({ sight: 'off-screen', devices: 1 });
    expect(sightOf({ to: { type: 'pump' } }, looking())).toEqual({ sight: 'on-screen', devices: 2 });
  });

  it('is on the screen while nobody knows its devices: the first is awaited', () => {
    expect(sightOf(region('nowhere'), looking())).toEqual({ sight: 'on-screen', devices: 0 });
  });

  it('is on the map, whatever tiles there are', () => {
    const view: View = { ...looking().view, show: 'map' };
    expect(sightOf(region('us-east'), looking({ view }))).toMatchObject({ sight: 'on-screen' });
  });

  it('is not on the screen behind an open device that is not its own', () => {
    const view: View = { ...looking().view, open: 'pump-2' };
    expect(sightOf(region('eu-west'), looking({ view }))).toMatchObject({ sight: 'off-screen' });
    expect(sightOf({ to: { device: 'pump-2' } }, looking({ view }))).toMatchObject({ sight: 'on-screen' });
  });

  it('is hidden with its tab', () => {
    expect(sightOf(region('eu-west'), looking({ isHidden: true }))).toMatchObject({ sight: 'hidden' });
  });

  it('comes in full where rates are not to follow what is looked at', () => {
    const view: View = { ...looking().view, attentive: false };
    expect(sightOf(region('us-east'), looking({ view, isHidden: true }))).toEqual({
      sight: 'on-screen',
      devices: Infinity,
    });
  });
});
