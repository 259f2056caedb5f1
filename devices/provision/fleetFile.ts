import { dirname, resolve } from 'node:path';
import * as z from 'zod/mini';

import { isName } from '../../fanout/names.ts';
import { DevicesError } from '../devicesError.ts';
import { fileTrouble } from '../fileTrouble.ts';
import { readBounded } from '../readBounded.ts';
import { changesFile, removeChanges, wholeLines, withChanges, type FleetChange } from './fleetChanges.ts';
import { writeWhole } from './writeWhole.ts';

/** One thing of AWS IoT that a device of this fleet connects as: its client id is its thing name. */
export type FleetDevice = {
  readonly thing: string;
  readonly region: string;
  readonly type?: string | undefined;
  /** Path of the device's certificate (PEM). */
  readonly certificate: string;
  /** Path of its private key (PEM), which only its owner may read. */
  readonly privateKey: string;
  /** What AWS IoT calls the certificate; absent until AWS has signed it. */
  readonly certificateArn?: string | undefined;
  /** The thing was there before this fleet, so that undoing leaves it. */
  readonly foundThing?: true | undefined;
};

/** What `provision` writes and every command that speaks to AWS IoT reads. */
export type Fleet = {
  readonly version: 1;
  /** Where the devices connect, an MQTT url: `mqtts://<host>:8883`. */
  readonly endpoint: string;
  /** Path of the certificate (PEM) of who signed the endpoint's; absent for one that the system knows, as AWS's is. */
  readonly ca?: string | undefined;
  /** Where the AWS IoT API is that knows these things, a URL; absent for AWS itself. */
  readonly api?: string | undefined;
  /** The IoT policy that the certificates have. */
  readonly policy?: string | undefined;
  readonly devices: readonly FleetDevice[];
};

/** What a file may hold at most, so that a wrong file is not read for minutes: about 40,000 devices. */
const maxBytes = 16 * 1024 * 1024;

const name = z
  .string('expected a text')
  .check(z.refine(isName, 'expected a name of letters, digits, ":", "_" and "-"'));
const path = z.string('expected a path').check(z.minLength(1, 'expected a path'));

const deviceSchema = z.strictObject(
  {
    thing: name,
    region: name,
    type: z.optional(name),
    certificate: path,
    privateKey: path,
    certificateArn: z.optional(z.string('expected an ARN')),
    foundThing: z.optional(z.literal(true, 'expected true, or nothing')),
  },
  'expected { thing, region, certificate, privateKey } and nothing unknown',
);

const changeSchema = z.union([deviceSchema, z.strictObject({ removed: name })], 'no device of a fleet');

const schema = z.strictObject(
  {
    version: z.literal(1, 'expected 1, the only version there is'),
    endpoint: z.string('expected a URL such as mqtts://127.0.0.1:8883').check(
      z.refine((text) => URL.canParse(text) && new URL(text).protocol === 'mqtts:', {
        error: 'expected a URL such as mqtts://127.0.0.1:8883',
      }),
    ),
    ca: z.optional(path),
    api: z.optional(z.url('expected a URL such as http://127.0.0.1:4006')),
    policy: z.optional(z.string('expected a text')),
    devices: z.array(deviceSchema, 'expected a list of devices'),
  },
  'expected { version, endpoint, devices } and nothing unknown',
);

const bad = (file: string, what: string): DevicesError =>
  new DevicesError(
    'bad_file',
    `${file}: ${what}; mend it, or have provision write another in an empty folder.`,
  );

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const textOf = async (file: string): Promise<string | undefined> => {
  try {
    const text = await readBounded(file, maxBytes);
    if (text === undefined) throw bad(file, `larger than the ${maxBytes} bytes of a fleet file`);
    return text;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof DevicesError) throw error;
    throw bad(file, fileTrouble(error));
  }
};

const parse = <T>(file: string, text: string, schemaOf: z.ZodMiniType<T>): T => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad(file, 'is not JSON');
  }
  const parsed = schemaOf.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const place = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  throw bad(file, `${place}${first?.message ?? 'no fleet file'}`);
};

const changesOf = async (file: string): Promise<readonly FleetChange[]> => {
  const changes = changesFile(file);
  const text = (await textOf(changes)) ?? '';
  return wholeLines(text).map((line) => parse(changes, line, changeSchema));
};

/**
 * The fleet with the paths in it as they are in the file: relative to the file's folder; with the changes beside it that a
 * process left which was killed. Undefined when there is no file.
 */
export const readFleetRaw = async (file: string): Promise<Fleet | undefined> => {
  const text = await textOf(file);
  return text === undefined ? undefined : withChanges(parse(file, text, schema), await changesOf(file));
};

/**
 * A fleet file, its paths made absolute. Throws DevicesError `bad_file` with a sentence that names the file and, where it can,
 * the place in it.
 */
export const readFleetFile = async (file: string): Promise<Fleet> => {
  const fleet = await readFleetRaw(file);
  if (fleet === undefined)
    throw new DevicesError(
      'bad_file',
      `${file}: there is no such file; write it with npm run devices -- provision.`,
    );
  const at = (part: string): string => resolve(dirname(file), part);
  return {
    ...fleet,
    ca: fleet.ca === undefined ? undefined : at(fleet.ca),
    devices: fleet.devices.map((device) => ({
      ...device,
      certificate: at(device.certificate),
      privateKey: at(device.privateKey),
    })),
  };
};

/**
 * Writes a fleet file as a whole or not at all, the changes beside it included. Its paths should be relative to the file's
 * folder, so that that can be moved.
 */
export const writeFleetFile = async (file: string, fleet: Fleet): Promise<void> => {
  await writeWhole(file, `${JSON.stringify(fleet, null, 2)}\n`);
  await removeChanges(file);
};
