import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectOf, stringOf } from '../json.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/** Inline code becomes `index.js`, as the page of `AWS::Lambda::Function Code` says of ZipFile. */
const unpackInline = (source: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'twin-inline-'));
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
};

/** Finds the folder with a function's code: an asset of the cloud assembly, or inline code written to a new folder. */
export const codeFolder =
  (assetFolder: (s3Key: string) => string | undefined) =>
  ({ logicalId, properties }: Resource): string => {
    const code = objectOf(properties['Code']);
    const inline = stringOf(code['ZipFile']);
    if (inline !== undefined) return unpackInline(inline);
    const key = stringOf(code['S3Key']);
    const folder = key === undefined ? undefined : assetFolder(key);
    if (folder === undefined)
      throw new TwinError(
        'no_code',
        `${logicalId}: the code asset ${key ?? ''} is not in the cloud assembly; synthesize again.`,
      );
    return folder;
  };
