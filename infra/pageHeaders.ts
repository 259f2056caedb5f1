import { Duration } from 'aws-cdk-lib';
import { HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { httpsOnlySeconds, securityHeaders } from '../dashboard/securityHeaders.ts';

/** Headers for which CloudFront has settings of their own, and which it takes nowhere else. */
const ownSettings = new Set([
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'strict-transport-security',
]);

export type PageHeadersProps = {
  /** The only one in the account. */
  name: string;
  /** The origins that the page talks to. */
  connectTo: readonly string[];
};

/** The headers of every answer: those of the local server. */
export class PageHeaders extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, { name, connectTo }: PageHeadersProps) {
    const headers = securityHeaders({ connectTo, isHttps: true });
    const override = true;
    super(scope, id, {
      responseHeadersPolicyName: name,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: headers['content-security-policy'], override },
        contentTypeOptions: { override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(httpsOnlySeconds),
          includeSubdomains: false,
          override,
        },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(headers)
          .filter(([header]) => !ownSettings.has(header))
          .map(([header, value]) => ({ header, value, override })),
      },
    });
  }
}
