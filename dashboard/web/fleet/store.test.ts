import { describe, expect, it } from 'vitest';
import { anUpdate } from './factories.testing.ts';
import { createStore } from './store.ts';

/** A store, how often it said that something changed, and what publishes. */
const stored = () => {
  const waiting = new Set<() => void>();
  let touches = 0;
  const store = createStore(
    (publish) => waiting.add(publish),
    () => (touches += 1),
  );
  return {
    store,
    touches: () => touches,
    publish: () => {
      waiting.forEach((publish) => publish());
      waiting.clear();
    },
  };
};

const idsIn = ({ store }: ReturnType<typeof stored>) => store.devices.value.map(({ id }) => id);

describe('the store', () => {
  it('publishes a new list only when a device comes or goes', () => {
    const one = stored();
    one.store.add(anUpdate({ deviceId: 'kettle-1' }));
    one.publish();
    const before = one.store.devices.value;
    one.store.add(anUpdate({ deviceId: 'kettle-1', ts: 2_000 }));
    one.publish();
    expect(one.store.devices.value).toBe(before);
    one.store.add(anUpdate({ deviceId: 'kettle-2' }));
    one.publish();
    expect(idsIn(one)).toEqual(['kettle-1', 'kettle-2']);
  });

  it('marks a device that changed, and says that something did', () => {
    const { store, touches } = stored();
    store.add(anUpdate());
    const device = store.get('kettle-1');
    if (device === undefined) throw new Error('no device');
    device.isDirty = false;
    store.add(anUpdate({ ts: 2_000 }));
    expect([device.isDirty, touches()]).toEqual([true, 2]);
  });

  it('takes the later of two words on whether a device is connected', () => {
    const { store } = stored();
    store.add(anUpdate());
    store.setStatus({ deviceId: 'kettle-1', region: 'eu-west', online: false, at: 200 });
    store.setStatus({ deviceId: 'kettle-1', region: 'eu-west', online: true, at: 100 });
    store.setStatus({ deviceId: 'nobody', region: 'eu-west', online: true, at: 100 });
    expect(store.get('kettle-1')?.status).toEqual({ online: false, at: 200 });
  });

  it('forgets devices that are watched no more', () => {
    const one = stored();
    for (const deviceId of ['kettle-1', 'pump-1']) one.store.add(anUpdate({ deviceId }));
    one.store.keep(({ deviceId }) => deviceId === 'pump-1');
    one.publish();
    expect(idsIn(one)).toEqual(['pump-1']);
  });

  it('counts the devices beyond 20,000', () => {
    const one = stored();
    for (let at = 0; at < 20_002; at += 1) one.store.add(anUpdate({ deviceId: `d${at}` }));
    one.store.add(anUpdate({ deviceId: 'd20001' }));
    one.publish();
    expect([one.store.devices.value.length, one.store.left.value]).toEqual([20_000, 2]);
  });
});
