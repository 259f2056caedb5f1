import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundle } from './bundle.ts';

/**
 * The code of a Lambda function of one source file, a path from the root of the repository; its handler is
 * `index.handler`. NodejsFunction would start a process per function to bundle; esbuild's API takes some 40 ms in this one.
 */
export const handlerCode = (scope: Construct, entry: string): Code => {
  // As CDK has it where code is no matter: `cdk destroy`, tests of the template.
  if (!Stack.of(scope).bundlingRequired) return Code.fromInline('// Not bundled.');
  const outdir = join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles', entry.replace(/\W+/g, '-'));
  bundle(entry, outdir);
  return Code.fromAsset(outdir);
};
