import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TwinError } from '../twinError.ts';
import type { Template } from './template.ts';

/** A stack to run: its template, and where the code assets are that it names. */
export type Stack = {
  readonly name: string;
  readonly template: Template;
  /** The unpacked folder of the asset that is uploaded under this S3 key; undefined if there is none. */
  readonly assetFolder: (s3Key: string) => string | undefined;
};

type Manifest = {
  artifacts?: Record<
    string,
    { type: string; properties?: { templateFile?: string; stackName?: string; file?: string } }
  >;
};
type AssetManifest = {
  files?: Record<
    string,
    { source: { path: string; packaging: string }; destinations: Record<string, { objectKey: string }> }
  >;
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const foldersByKey = (folder: string, assets: AssetManifest): Map<string, string> =>
  new Map(
    Object.values(assets.files ?? {})
      .filter(({ source }) => source.packaging === 'zip')
      .flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }) => [objectKey, join(folder, source.path)]),
      ),
  );

/**
 * Reads the one stack of a cloud assembly, as `cdk synth` writes it.
 *
 * @see https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema
 */
export const readCloudAssembly = (folder: string): Stack => {
  // The CDK wrote these files by its own schema: hence the casts.
  const { artifacts = {} } = readJson(join(folder, 'manifest.json')) as Manifest;
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack, another] = stacks;
  if (stack === undefined || another !== undefined)
    throw new TwinError('one_stack', `The twin runs one stack; ${folder} holds ${stacks.length}.`);
  const [id, { properties }] = stack;
  const manifests = Object.values(artifacts).filter(({ type }) => type === 'cdk:asset-manifest');
  const folders = new Map(
    manifests.flatMap((manifest) => [
      ...foldersByKey(
        folder,
        readJson(join(folder, manifest.properties?.file ?? `${id}.assets.json`)) as AssetManifest,
      ),
    ]),
  );
  return {
    name: properties?.stackName ?? id,
    template: readJson(join(folder, properties?.templateFile ?? `${id}.template.json`)) as Template,
    assetFolder: (s3Key) => folders.get(s3Key),
  };
};
