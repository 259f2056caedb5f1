import { Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { encryption } from './encryption.ts';

/** A queue that is encrypted and refuses plain http. */
export class SecureQueue extends Queue {
  constructor(scope: Construct, id: string, props: Omit<QueueProps, 'encryption' | 'enforceSSL'>) {
    super(scope, id, { ...props, encryption: encryption.queue, enforceSSL: true });
  }
}
