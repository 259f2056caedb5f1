import type { Fleet, FleetDevice } from './fleetFile.ts';
import type { FleetChange } from './fleetChanges.ts';
import type { FleetFolder } from './fleetFolder.ts';

/** A fleet whose file follows it, change by change. */
export type FleetRecord = {
  device: (thing: string) => FleetDevice | undefined;
  devices: () => readonly FleetDevice[];
  /** Resolves once it is on the disk, in place of what is there of this device. */
  put: (device: FleetDevice) => Promise<void>;
  remove: (thing: string) => Promise<void>;
  /** Writes the file as a whole, if anything has changed. */
  close: () => Promise<void>;
};

export const fleetRecord = (folder: FleetFolder, fleet: Fleet): FleetRecord => {
  const devices = new Map(fleet.devices.map((device) => [device.thing, device]));
  const whole = (): Fleet => ({ ...fleet, devices: [...devices.values()] });
  let hasChanged = false;
  const record = async (change: FleetChange): Promise<void> => {
    // First as it was: were the change in it, older changes that a killed process left would undo it.
    if (!hasChanged) await folder.write(whole());
    hasChanged = true;
    await folder.append(change);
  };
  return {
    device: (thing) => devices.get(thing),
    devices: () => [...devices.values()],
    put: async (device) => {
      await record(device);
      devices.set(device.thing, device);
    },
    remove: async (thing) => {
      await record({ removed: thing });
      devices.delete(thing);
    },
    close: async () => {
      if (hasChanged) await folder.write(whole());
    },
  };
};
