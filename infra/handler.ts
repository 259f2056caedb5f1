import { basename, join } from 'node:path';
import { Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundle } from './bundle.ts';

export type HandlerProps = {
  /** The handler's source file, from the root of the repository. */
  entry: string;
  environment: Record<string, string>;
  timeout?: Duration;
};

/** NodejsFunction would start a process per function to bundle; esbuild's API takes some 40 ms each in this one. */
const codeOf = (scope: Construct, entry: string): Code => {
  const outdir = join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles', entry.replace(/\W+/g, '-'));
  bundle(entry, outdir);
  return Code.fromAsset(outdir);
};

/** A Lambda function of one handler file. */
export class Handler extends LambdaFunction {
  /** As its logs and metrics call it: by its file. */
  readonly service: string;

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
    this.service = basename(entry, '.ts');
  }
}
