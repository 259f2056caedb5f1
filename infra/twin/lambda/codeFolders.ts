import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectOf, stringOf } from '../json.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/** Where the code of functions is. */
export type CodeFolders = {
  /**
   * The folder with a function's code: an asset of the cloud assembly, or inline code written to a new folder.
   * Throws TwinError `no_code`.
   */
  of: (lambdaFunction: Resource) => string;
  /** Removes the folders of inline code. */
  close: () => Promise<void>;
};

/** `assetFolder` gives the unpacked folder of an asset by its S3 key; undefined if there is none. */
export const codeFolders = (assetFolder: (s3Key: string) => string | undefined): CodeFolders => {
  const unpacked: string[] = [];

  /** Inline code becomes `index.js`, as the page of `AWS::Lambda::Function Code` says of ZipFile. */
  const unpack = (source: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'twin-inline-'));
    unpacked.push(folder);
    writeFileSync(join(folder, 'index.js'), source);
    return folder;
  };

  return {
    of: ({ logicalId, properties }) => {
      const code = objectOf(properties['Code']);
      const inline = stringOf(code['ZipFile']);
      if (inline !== undefined) return unpack(inline);
      const key = stringOf(code['S3Key']);
      const folder = key === undefined ? undefined : assetFolder(key);
      if (folder !== undefined) return folder;
      throw new TwinError(
        'no_code',
        `${logicalId}: the code asset ${key ?? ''} is not in the cloud assembly; synthesize again.`,
      );
    },
    close: async () => {
      for (const folder of unpacked.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
};
