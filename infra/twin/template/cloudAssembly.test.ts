import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCloudAssembly } from './cloudAssembly.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, content: object): void =>
  writeFileSync(join(folder, file), JSON.stringify(content));

const stack = (properties: object) => ({ type: 'aws:cloudformation:stack', properties });
const template = { Resources: { Bell: { Type: 'AWS::SQS::Queue' } } };

const assets = {
  files: {
    a1: {
      source: { path: 'asset.a1', packaging: 'zip' },
      destinations: {
        here: { bucketName: 'assets', objectKey: 'a1.zip' },
        there: { bucketName: 'assets-west', objectKey: 'west/a1.zip' },
      },
    },
    b2: {
      source: { path: 'Tower.template.json', packaging: 'file' },
      destinations: { here: { bucketName: 'assets', objectKey: 'b2.json' } },
    },
  },
};

/** A stack, its assets and an artifact that is neither. */
const writeTower = (properties: object): void => {
  const manifest = { type: 'cdk:asset-manifest', properties: { file: 'Tower.assets.json' } };
  const artifacts = {
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    'Tower.assets': manifest,
    Tower: stack(properties),
  };
  write('manifest.json', { version: '36.0.0', artifacts });
  write('Tower.template.json', template);
  write('Tower.assets.json', assets);
};

describe('a cloud assembly', () => {
  it('with one stack gives its name and template', () => {
    writeTower({ stackName: 'bell-tower', templateFile: 'Tower.template.json' });
    expect(readCloudAssembly(folder)).toMatchObject({ name: 'bell-tower', template });
  });

  it('names a stack without a name by its id', () => {
    writeTower({});
    expect(readCloudAssembly(folder)).toMatchObject({ name: 'Tower', template });
  });

  it('finds the folder of a zipped asset by each of its S3 keys, and of no other', () => {
    writeTower({});
    const { assetFolder } = readCloudAssembly(folder);
    expect(assetFolder('a1.zip')).toBe(join(folder, 'asset.a1'));
    expect(assetFolder('west/a1.zip')).toBe(join(folder, 'asset.a1'));
    expect(assetFolder('b2.json')).toBeUndefined();
    expect(assetFolder('c3.zip')).toBeUndefined();
  });

  it.each([
    [0, {}],
    [2, { Tower: stack({}), Nave: stack({}) }],
  ])('with %i stacks is refused', (count, artifacts) => {
    write('manifest.json', { artifacts });
    expect(() => readCloudAssembly(folder)).toThrow(
      expect.objectContaining({
        code: 'one_stack',
        message: `The twin runs one stack; ${folder} holds ${count}.`,
      }),
    );
  });
});
