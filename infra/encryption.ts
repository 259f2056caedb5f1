import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { QueueEncryption } from 'aws-cdk-lib/aws-sqs';

/**
 * By whose keys everything at rest is encrypted: AWS's own throughout. They cost nothing, need no grants and cannot be lost. A
 * key of one's own is $1 a month, and $0.03 for 10,000 requests to it; what it buys is that AWS's access can be withdrawn,
 * and a line in CloudTrail for each use. Whoever must have that says so here, and lets IoT Core use the key by its policy.
 * CloudWatch Logs encrypts log groups by itself.
 */
export const encryption = {
  table: TableEncryptionV2.dynamoOwnedKey(),
  queue: QueueEncryption.SQS_MANAGED,
  bucket: BucketEncryption.S3_MANAGED,
};
