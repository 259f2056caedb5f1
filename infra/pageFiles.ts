import { Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { cacheControl } from '../dashboard/cacheControl.ts';
import type { ServedConfig } from '../dashboard/config.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { Log } from './log.ts';
import type { Settings } from './settings.ts';

export type PageFilesProps = {
  bucket: IBucket;
  /** The folder of the built page. */
  page: string;
  config: ServedConfig;
  settings: Settings;
};

/** CloudFront compresses by itself; the stamp is for the next build. */
const leftOut = ['*.br', '*.gz', '.sources'];

/**
 * The page's files in the bucket, with the cache control of the local server. What has a hash in its name comes first and
 * stays, so that a page that is open through a deployment still finds what it loads late.
 */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, { bucket, page, config, settings }: PageFilesProps) {
    super(scope, id);
    const common = {
      destinationBucket: bucket,
      memoryLimit: 512,
      logGroup: new Log(this, 'Logs', { settings }),
    };
    const built = Source.asset(page, { exclude: leftOut });
    const assets = new BucketDeployment(this, 'Assets', {
      ...common,
      sources: [built],
      exclude: ['*'],
      include: ['assets/*'],
      prune: false,
      cacheControl: [CacheControl.fromString(cacheControl('assets/'))],
    });
    const rest = new BucketDeployment(this, 'Rest', {
      ...common,
      sources: [built, Source.jsonData('config.json', config)],
      exclude: ['assets/*'],
      cacheControl: [CacheControl.fromString(cacheControl(''))],
    });
    rest.node.addDependency(assets);
    acknowledgeCopier(assets, bucket);
  }
}

/** The function of CDK's that copies the files, for this stack's deployments only. */
const acknowledgeCopier = ({ handlerRole }: BucketDeployment, bucket: IBucket): void => {
  const copier = handlerRole.node.scope;
  if (copier === undefined) throw new Error('The role of a bucket deployment belongs to no function.');
  const reason = 'What CDK copies assets with is what CDK grants it; it runs during deployments only.';
  const ids = ['GetObject*', 'GetBucket*', 'List*', 'DeleteObject*', 'Abort*'].map(
    (action) => `AwsSolutions-IAM5[Action::s3:${action}]`,
  );
  const basic = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  for (const id of ['AwsSolutions-L1', `AwsSolutions-IAM4[Policy::${basic}]`, ...ids])
    Validations.of(copier).acknowledge({ id, reason });
  const assets = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
  for (const resource of [`${assets}/*`, `${bucket.bucketArn}/*`])
    acknowledgeWildcard(copier, resource, reason);
};
