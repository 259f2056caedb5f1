import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing,
  type IFunction,
  type IVersion,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { handlerCode } from './handlerCode.ts';
import { handlers, type HandlerDefinition, type HandlerName } from './handlers.ts';
import { Log } from './log.ts';
import type { Settings } from './settings.ts';

export type HandlerProps = {
  handler: HandlerName;
  environment: Record<string, string>;
  settings: Settings;
};

/** A Lambda function of one handler file, with a role and a log group of its own. It may write that log and nothing else. */
export class Handler extends LambdaFunction {
  /** As its logs and metrics call it. */
  readonly service: HandlerName;
  /** What calls it name: the function, or the alias that has environments kept ready. */
  readonly target: IFunction;
  /** How many of it may run at once, if the settings say so. */
  readonly reserved: number | undefined;
  declare readonly role: Role;

  constructor(scope: Construct, id: string, { handler, environment, settings }: HandlerProps) {
    const { entry, memoryMb, timeoutSeconds, feedsItself = false }: HandlerDefinition = handlers[handler];
    const reserved = settings.reservedConcurrency[handler];
    const logGroup = new Log(scope, `${id}Logs`, { settings });
    // Without the managed policy that CDK would attach: it lets a function create and write any log of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      description: entry,
      code: handlerCode(scope, entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
        ...environment,
      },
      role,
      logGroup,
      tracing: settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      // Else Lambda takes a message that comes back for the 16th time for an endless loop, and stops it.
      ...(feedsItself ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
    });
    this.service = handler;
    this.reserved = reserved;
    logGroup.grantWrite(role);
    if (settings.tracing)
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resources that a permission to write segments could name.',
      });
    this.target = this.kept(settings.provisionedConcurrency[handler]);
  }

  private kept(environments: number | undefined): IFunction {
    if (environments === undefined) return this;
    // Casts, since CDK's types were not made for `exactOptionalPropertyTypes`: both may have no role.
    return new Alias(this, 'Live', {
      aliasName: 'live',
      version: this.currentVersion as IVersion,
      provisionedConcurrentExecutions: environments,
    }) as IFunction;
  }
}
