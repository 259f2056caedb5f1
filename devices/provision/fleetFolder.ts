import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { DevicesError } from '../devicesError.ts';
import { belongTogether } from './certificateOf.ts';
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
  /** The fleet with relative paths; undefined when there is none. */
  read: () => Promise<Fleet | undefined>;
  write: (fleet: Fleet) => Promise<void>;
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

/** Names of things may have a colon, which file names of some systems may not; `~` is in no name. */
const fileName = (thing: string): string => thing.replaceAll(':', '~');

export const fleetFolder = (folder: string): FleetFolder => {
  const at = (path: string): string => join(folder, path);
  const file = at('fleet.json');
  const onDisk = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (codeOf(error) === '') throw error;
      throw new DevicesError(
        'bad_file',
        `${what} cannot be used (${codeOf(error)}): choose another folder with --out, or mend that.`,
      );
    }
  };
  const write = (path: string, text: string): Promise<void> =>
    onDisk(at(path), async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(at(path), text);
    });

  return {
    file,
    read: () => onDisk(file, () => readFleetRaw(file)),
    write: (fleet) =>
      onDisk(file, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFleetFile(file, fleet);
      }),
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
    writeText: write,
    remove: (path) => onDisk(at(path), () => rm(at(path), { force: true })),
    removeFleet: () =>
      onDisk(folder, async () => {
        await rm(file, { force: true });
        await rmdir(folder).catch((error: unknown) => {
          if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(codeOf(error))) throw error;
        });
      }),
  };
};
