import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, stringOf } from '../json.ts';
import { TwinError } from '../twinError.ts';
import {
  makeAuthority,
  openAuthority,
  type CertificateAuthority,
  type KeptAuthority,
} from './certificateAuthority.ts';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const read = (file: string): KeptAuthority | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  const [certificate, privateKey] = isObject(value)
    ? [stringOf(value['certificate']), stringOf(value['privateKey'])]
    : [];
  if (certificate === undefined || privateKey === undefined) throw new Error('it has no certificate and key');
  return { certificate, privateKey };
};

const write = (folder: string, file: string, kept: KeptAuthority): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.part`, file);
};

/**
 * The twin's CA: that of a former start when there is a folder to keep it in (`iot-ca.json`, for its owner's eyes), a
 * new one otherwise. Throws TwinError `folder_unusable`.
 */
export const certificateAuthority = async (folder: string | undefined): Promise<CertificateAuthority> => {
  if (folder === undefined) return openAuthority(await makeAuthority());
  const file = join(folder, 'iot-ca.json');
  try {
    const found = read(file);
    const kept = found ?? (await makeAuthority());
    if (found === undefined) write(folder, file, kept);
    return await openAuthority(kept);
  } catch (error) {
    throw new TwinError(
      'folder_unusable',
      `${file} cannot be used as the twin's CA (${String(error)}); remove it, or choose another data folder.`,
    );
  }
};
