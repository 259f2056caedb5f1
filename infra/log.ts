import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** A log group that forgets, and goes with the stack. */
export class Log extends LogGroup {
  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id, {
      // The members of that enum are these numbers.
      retention: settings.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
