import { describe, expect, it } from 'vitest';
import { formatView, parseView, shows, targetFrom, withoutTarget, withTarget } from './view.ts';

const reading = { deviceId: 'pump-1', region: 'eu-west', deviceType: 'pump' };

describe('the view in the URL', () => {
  it('comes back as it was', () => {
    const search = '?region=eu-west&region=us-east&type=pump&device=a%3Ab&chart=pump-1&field=rpm';
    expect(formatView(parseView(search))).toBe(search);
  });

  it('without a query watches nothing', () => {
    expect(parseView('')).toEqual({ targets: [] });
    expect(formatView({ targets: [] })).toBe('');
  });

  it('passes over names that nothing can have, and repetitions', () => {
    expect(parseView('?region=a&region=a&region=%3Cb%3E&type=')).toEqual({ targets: [{ region: 'a' }] });
  });

  it('takes a field of any name', () => {
    const view = { targets: [], chart: 'x', field: 'Δ&=<b>' };
    expect(parseView(formatView(view))).toEqual(view);
  });
});

describe('a view', () => {
  it('shows a reading by its region, its type or its device', () => {
    for (const search of ['?region=eu-west', '?type=pump', '?device=pump-1', '?region=x&type=pump'])
      expect(shows(parseView(search), reading)).toBe(true);
    expect(shows(parseView('?region=pump&type=eu-west&device=pump-2'), reading)).toBe(false);
  });

  it('shows no reading of a device without type by type', () => {
    expect(shows(parseView('?type=pump'), { deviceId: 'pump', region: 'pump' })).toBe(false);
  });

  it('watches a target once, and no more when it is taken out', () => {
    const once = withTarget(withTarget({ targets: [] }, { type: 'pump' }), { type: 'pump' });
    expect(once.targets).toEqual([{ type: 'pump' }]);
    expect(withoutTarget(once, { type: 'pump' }).targets).toEqual([]);
  });

  it('takes a name with space around it, and no other characters than names have', () => {
    expect(targetFrom('device', ' kettle-1 ')).toEqual({ device: 'kettle-1' });
    expect(targetFrom('device', 'telemetry/x')).toBeUndefined();
  });
});
