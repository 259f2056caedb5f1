import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../resource.ts';
import { codeFolders } from './codeFolders.ts';

const withCode = (Code: unknown): Resource => ({
  logicalId: 'Sorter',
  type: 'AWS::Lambda::Function',
  ref: 'sorter',
  properties: { Code },
});

const assets = (key: string) => (key === 'abc.zip' ? '/assembly/asset.abc' : undefined);

describe('the code of a function', () => {
  it('in an asset is the folder of that asset, which stays', async () => {
    const folders = codeFolders(assets);
    expect(folders.of(withCode({ S3Bucket: 'assets', S3Key: 'abc.zip' }))).toBe('/assembly/asset.abc');
    await folders.close();
  });

  it('in the template is index.js of a folder of its own, removed at the end', async () => {
    const folders = codeFolders(assets);
    const [one, other] = [folders.of(withCode({ ZipFile: '1' })), folders.of(withCode({ ZipFile: '2' }))];
    expect(readFileSync(join(one, 'index.js'), 'utf8')).toBe('1');
    expect(readFileSync(join(other, 'index.js'), 'utf8')).toBe('2');
    await folders.close();
    expect([existsSync(one), existsSync(other)]).toEqual([false, false]);
  });

  it.each([
    ['an asset that is not there', { S3Key: 'lost.zip' }, 'Sorter: the code asset lost.zip'],
    ['nothing at all', undefined, 'Sorter: the code asset'],
  ])('as %s is an error that names the function', (_, code, message) => {
    expect(() => codeFolders(assets).of(withCode(code))).toThrow(
      expect.objectContaining({ code: 'no_code', message: expect.stringContaining(message) as string }),
    );
  });
});
