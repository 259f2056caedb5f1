import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import { addUpdate, newDevice, show, type Device } from './device.ts';

/** More tiles than this help nobody; further devices are counted, not kept. */
const shownDevices = 500;

export type Store = {
  /** By id. A new list only when a device comes or goes. */
  devices: ReadonlySignal<readonly Device[]>;
  /** Devices beyond {@link shownDevices}. */
  left: ReadonlySignal<number>;
  add: (update: SensorUpdate) => void;
  /** Forgets the devices that are watched no more. */
  keep: (wanted: (update: SensorUpdate) => boolean) => void;
};

const byId = (a: Device, b: Device): number => a.id.localeCompare(b.id, 'en', { numeric: true });

/**
 * Takes readings as fast as they come, and tells the components once per frame: `nextFrame` calls back before the next
 * one is drawn. What waits for a frame is a set of devices, so a hidden tab, which draws none, does not grow.
 */
export const createStore = (nextFrame: (draw: () => void) => unknown): Store => {
  const known = new Map<string, Device>();
  const beyond = new Set<string>();
  const touched = new Set<Device>();
  const devices = signal<readonly Device[]>([]);
  const left = signal(0);
  let listChanged = false;
  let waiting = false;

  const draw = (): void => {
    waiting = false;
    batch(() => {
      if (listChanged) devices.value = [...known.values()].sort(byId);
      left.value = beyond.size;
      touched.forEach(show);
    });
    listChanged = false;
    touched.clear();
  };

  const drawSoon = (): void => {
    if (waiting) return;
    waiting = true;
    nextFrame(draw);
  };

  const welcome = (update: SensorUpdate): void => {
    if (known.size >= shownDevices) {
      beyond.add(update.deviceId);
      return;
    }
    known.set(update.deviceId, newDevice(update));
    listChanged = true;
  };

  return {
    devices,
    left,
    add: (update) => {
      const device = known.get(update.deviceId);
      if (device === undefined) welcome(update);
      else {
        addUpdate(device, update);
        touched.add(device);
      }
      drawSoon();
    },
    keep: (wanted) => {
      for (const [id, device] of known) if (!wanted(device.known.latest)) known.delete(id);
      beyond.clear();
      listChanged = true;
      drawSoon();
    },
  };
};
