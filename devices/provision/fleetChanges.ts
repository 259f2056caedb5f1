import { open, rm } from 'node:fs/promises';

import type { Fleet, FleetDevice } from './fleetFile.ts';

/** A device as it is now, or that it is no more. */
export type FleetChange = FleetDevice | { readonly removed: string };

/** Beside the fleet file: what has changed since that was written, a JSON object a line. A fleet of thousands is not written anew for each thing. */
export const changesFile = (file: string): string => `${file}.changes`;

/** Resolves once the change is on the disk. */
export const appendChange = async (file: string, change: FleetChange): Promise<void> => {
  const handle = await open(changesFile(file), 'a', 0o600);
  try {
    await handle.appendFile(`${JSON.stringify(change)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
};

export const removeChanges = (file: string): Promise<void> => rm(changesFile(file), { force: true });

/** The lines that were written to their end; a process may have been killed within the last. */
export const wholeLines = (text: string): readonly string[] => text.split('\n').slice(0, -1);

/** The same changes once more change nothing. */
export const withChanges = (fleet: Fleet, changes: readonly FleetChange[]): Fleet => {
  const devices = new Map(fleet.devices.map((device) => [device.thing, device]));
  for (const change of changes)
    if ('removed' in change) devices.delete(change.removed);
    else devices.set(change.thing, change);
  return { ...fleet, devices: [...devices.values()] };
};
