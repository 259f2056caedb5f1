import { signal, type ReadonlySignal } from '@preact/signals';
import type { DeviceStatus, SensorUpdate, Update } from '../../../fanout/client/telemetryClient.ts';
import { addUpdate, newDevice, type Device } from './device.ts';

/** What a page can hold; further devices are counted, not kept. As many as the client remembers. */
const capacity = 20_000;

export type Store = {
  /** In the order they were first seen. A new list only when a device comes or goes, at most four times a second. */
  readonly devices: ReadonlySignal<readonly Device[]>;
  /** How many devices there are beyond what a page can hold. */
  readonly left: ReadonlySignal<number>;
  readonly get: (id: string) => Device | undefined;
  readonly add: (update: Update) => void;
  readonly setStatus: (status: DeviceStatus) => void;
  /** Forgets the devices that are watched no more. */
  readonly keep: (wanted: (update: SensorUpdate) => boolean) => void;
};

/**
 * The devices that are watched, each with its newest reading and a little of what came before.
 *
 * @param soon calls back a little later, once however often it is asked.
 * @param touched is told of every device that changed.
 */
export const createStore = (soon: (publish: () => void) => void, touched: () => void): Store => {
  const known = new Map<string, Device>();
  const beyond = new Set<string>();
  const devices = signal<readonly Device[]>([]);
  const left = signal(0);

  const publish = (): void => {
    devices.value = [...known.values()];
    left.value = beyond.size;
  };

  const welcome = (update: Update): void => {
    if (known.size < capacity) known.set(update.deviceId, newDevice(update));
    else if (beyond.size < capacity) beyond.add(update.deviceId);
    soon(publish);
  };

  return {
    devices,
    left,
    get: (id) => known.get(id),
    add: (update) => {
      const device = known.get(update.deviceId);
      if (device === undefined) welcome(update);
      else addUpdate(device, update);
      touched();
    },
    setStatus: ({ deviceId, online, at }) => {
      const device = known.get(deviceId);
      // Of a snapshot and a message that cross, the later one counts.
      if (device === undefined || (device.status?.at ?? 0) > at) return;
      device.status = { online, at };
      device.isDirty = true;
      touched();
    },
    keep: (wanted) => {
      for (const [id, device] of known) if (!wanted(device.latest)) known.delete(id);
      beyond.clear();
      soon(publish);
    },
  };
};
