import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';

export type HandlerProps = {
  /** The handler's source file, from the root of the repository. */
  entry: string;
  environment: Record<string, string>;
  timeout?: Duration;
};

const root = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS dependencies in an ES module need a `require`. */
const banner = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

/** One file per function, its SDK included, so that what runs does not depend on what the runtime ships. */
const bundle = (entry: string, outdir: string): void => {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    // Not where it is written: the source map's paths, and so the asset's hash, must not depend on this machine.
    outfile: 'dist/handler/index.mjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20', // The twin runs the same file on its user's Node.
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: banner },
    logLevel: 'error',
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(outdir, basename(path)), contents);
};

/** NodejsFunction would start a process per function to bundle; esbuild's API takes some 40 ms each in this one. */
const codeOf = (scope: Construct, entry: string): Code => {
  const outdir = join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles', entry.replace(/\W+/g, '-'));
  bundle(entry, outdir);
  return Code.fromAsset(outdir);
};

/** A Lambda function of one handler file. */
export class Handler extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    { entry, environment, timeout = Duration.seconds(5) }: HandlerProps,
  ) {
    super(scope, id, {
      description: entry,
      code: codeOf(scope, entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
  }
}
