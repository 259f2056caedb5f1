import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

import { DevicesError } from '../devicesError.ts';
import { belongTogether } from './certificateOf.ts';
import { checkFolder, pathTrouble } from './checkFolder.ts';
import { appendChange, removeChanges, type FleetChange } from './fleetChanges.ts';
import { readFleetRaw, writeFleetFile, type Fleet, type FleetDevice } from './fleetFile.ts';
import { writeWhole } from './writeWhole.ts';

/** What a folder holds of a device. */
export type DeviceFiles = {
  /** PEM; undefined when there is no file. */
  readonly privateKey: string | undefined;
  /** PEM; undefined when there is no file, or when it does not belong to the key. */
  readonly certificate: string | undefined;
};

/** A fleet's folder: `fleet.json`, `ca.pem`, and per device a key and a certificate. Only its owner may read it. */
export type FleetFolder = {
  readonly file: string;
  /** Changes nothing. Throws DevicesError `bad_file` when no fleet can be in the folder. */
  check: () => Promise<void>;
  /** The fleet with the paths of its file; undefined when there is none. Throws `bad_file` when one leaves the folder. */
  read: () => Promise<Fleet | undefined>;
  write: (fleet: Fleet) => Promise<void>;
  /** Notes a change of what was written; resolves once it is on the disk. */
  append: (change: FleetChange) => Promise<void>;
  /** The paths of a device's files, relative to the folder. */
  pathsOf: (thing: string) => Pick<FleetDevice, 'certificate' | 'privateKey'>;
  filesOf: (device: Pick<FleetDevice, 'certificate' | 'privateKey'>) => Promise<DeviceFiles>;
  writeText: (path: string, text: string) => Promise<void>;
  remove: (path: string) => Promise<void>;
  /** Takes away the fleet file, and the folder when nothing is left in it. */
  removeFleet: () => Promise<void>;
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const ifThere = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Not recursive: in some places, such as /proc, Node would try for ever. */
const makeIfMissing = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error; // What is there and is no folder, the next write tells.
  }
};

/** Names of things may have a colon, which file names of some systems may not; `~` is in no name. */
const fileName = (thing: string): string => thing.replaceAll(':', '~');

export const fleetFolder = (folder: string): FleetFolder => {
  const file = join(folder, 'fleet.json');
  /** What a fleet file names is written and deleted here, and a fleet may come from somebody else. Links are followed. */
  const at = (path: string): string => {
    const below = relative(folder, resolve(folder, path));
    if (below === '' || below.split(sep)[0] === '..' || isAbsolute(below))
      throw new DevicesError(
        'bad_file',
        `${file} names ${path}, which is not in its folder: provision writes and deletes only there; mend the path.`,
      );
    return join(folder, below);
  };
  const checked = (fleet: Fleet | undefined): Fleet | undefined => {
    fleet?.devices.forEach(({ certificate, privateKey }) => [certificate, privateKey].forEach(at));
    if (fleet?.ca !== undefined) at(fleet.ca);
    return fleet;
  };
  const onDisk = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw pathTrouble(what, error) ?? error;
    }
  };
  const write = (path: string, act: () => Promise<void>): Promise<void> =>
    onDisk(path, async () => {
      await makeIfMissing(folder);
      await act();
    });

  return {
    file,
    check: () => checkFolder(folder),
    read: () => onDisk(file, async () => checked(await readFleetRaw(file))),
    write: (fleet) => write(file, () => writeFleetFile(file, fleet)),
    append: (change) => onDisk(file, () => appendChange(file, change)),
    pathsOf: (thing) => ({
      certificate: `${fileName(thing)}.pem`,
      privateKey: `${fileName(thing)}.key`,
    }),
    filesOf: ({ certificate, privateKey }) =>
      onDisk(folder, async () => {
        const [found, key] = await Promise.all([ifThere(at(certificate)), ifThere(at(privateKey))]);
        const isPair = found !== undefined && key !== undefined && belongTogether(found, key);
        return { privateKey: key, certificate: isPair ? found : undefined };
      }),
    writeText: async (path, text) => {
      const target = at(path);
      await write(target, () => writeWhole(target, text));
    },
    remove: async (path) => {
      const target = at(path);
      await onDisk(target, () => rm(target, { force: true }));
    },
    removeFleet: () =>
      onDisk(folder, async () => {
        await removeChanges(file);
        await rm(file, { force: true });
        await rmdir(folder).catch((error: unknown) => {
          if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(codeOf(error))) throw error;
        });
      }),
  };
};
