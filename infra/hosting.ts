import { Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  HttpVersion,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ServedConfig } from '../dashboard/config.ts';
import { encryption } from './encryption.ts';
import { PageFiles } from './pageFiles.ts';
import { PageHeaders } from './pageHeaders.ts';
import type { Settings } from './settings.ts';

export type HostingProps = {
  /** The origins that the page talks to. */
  connectTo: readonly string[];
  settings: Settings;
};

/** The dashboard on the web: a private bucket behind CloudFront. Everything in it is public but for its address in S3. */
export class Hosting extends Construct {
  readonly distribution: Distribution;
  /** As browsers send it. */
  readonly origin: string;
  private readonly bucket: IBucket;
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, { connectTo, settings }: HostingProps) {
    super(scope, id);
    this.settings = settings;
    this.bucket = this.privateBucket();
    const { domainName } = settings;
    const name = nameInAccount(this);
    const originAccessControl = new S3OriginAccessControl(this, 'Reader', { originAccessControlName: name });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Fieldcast dashboard',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // Takes the files' own word, but holds even `no-cache` for a second.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: new PageHeaders(this, 'Headers', { name, connectTo }),
        compress: true,
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...this.ownName(settings),
    });
    this.origin = `https://${domainName ?? this.distribution.distributionDomainName}`;
    this.acknowledge();
  }

  /** Puts the built page there, and what it is to know. */
  publish(page: string, config: ServedConfig): void {
    new PageFiles(this, 'Files', { bucket: this.bucket, page, config, settings: this.settings });
  }

  private privateBucket(): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: encryption.bucket,
      enforceSSL: true,
      // All of it is made again by the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only CloudFront reads it, and only files that anybody may have.',
    });
    return bucket as IBucket; // CDK's types were not made for `exactOptionalPropertyTypes`.
  }

  private ownName({ domainName, certificateArn }: Settings) {
    if (domainName === undefined || certificateArn === undefined) return {};
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    const minimumProtocolVersion = SecurityPolicyProtocol.TLS_V1_2_2021;
    return { domainNames: [domainName], certificate, minimumProtocolVersion };
  }

  private acknowledge(): void {
    const reasons = {
      CFR1: 'Where viewers may be is not for a template to say.',
      CFR2: 'A web ACL costs more than all the rest when idle, and guards files that anybody may have.',
      CFR3: 'Who loads the page is not recorded: who opens a WebSocket is, in the access log of the API.',
      CFR4: 'The name cloudfront.net comes with TLS 1.0; the setting domainName brings a name with TLS 1.2 and later.',
    };
    for (const [rule, reason] of Object.entries(reasons))
      Validations.of(this.distribution).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  }
}

/** CloudFront has no regions: names are the account's, so that a stack in a second region needs others. 64 characters at most. */
const nameInAccount = (scope: Construct): string => `${Stack.of(scope).stackName}-page-${Aws.REGION}`;
