import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { cacheControl } from '../dashboard/cacheControl.ts';
import { securityHeaders } from '../dashboard/securityHeaders.ts';
import { isGrant, maySee } from '../fanout/grants.ts';
import { inPlain, onlyOne, resourcesIn, templateOf, type Properties } from './stack.testing.ts';

const groups = ['*', 'region:eu-west', 'device:pump-*', 'type:thermostat'];
const template = templateOf({ groups, allowedOrigins: ['https://other.example.com'] });
const signIn = {
  authorizeUrl: 'https://id.example.com/authorize',
  tokenUrl: 'https://id.example.com/token',
  logoutUrl: 'https://id.example.com/logout',
  clientId: 'page',
};
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
const named = templateOf({
  issuer: 'https://id.example.com',
  audience: 'viewers',
  signIn,
  domainName: 'live.example.com',
  certificateArn,
});

const variablesOf = (of: typeof template, handler: string): Properties => {
  const functions = Object.values(resourcesIn(of, 'AWS::Lambda::Function'));
  const found = functions.find(({ Description }) => Description === `fanout/handlers/${handler}.ts`);
  return (found?.['Environment'] as { Variables: Properties }).Variables;
};
const outputsOf = (of: typeof template) => of.toJSON()['Outputs'] as Record<string, { Value: unknown }>;

describe('the user pool', () => {
  const pool = onlyOne(template, 'AWS::Cognito::UserPool');
  const client = onlyOne(template, 'AWS::Cognito::UserPoolClient');

  it('lets in whom an administrator made, with a long password, and with a second factor if they like', () => {
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
  });

  it('can demand a second factor, and watch sign-ins', () => {
    const strict = templateOf({ mfa: 'required', threatProtection: true, keepUsers: false });
    strict.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Delete',
      Properties: {
        MfaConfiguration: 'ON',
        UserPoolTier: 'PLUS',
        UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
      },
    });
  });

  it.each([
    ['stays when the stack goes, and so do its groups', template, 'Retain'],
    [
      'goes with the stack where that is said, and its groups with it',
      templateOf({ keepUsers: false }),
      'Delete',
    ],
  ])('%s', (_, of, DeletionPolicy) => {
    of.allResources('AWS::Cognito::UserPool', { DeletionPolicy });
    of.allResources('AWS::Cognito::UserPoolGroup', { DeletionPolicy });
  });

  it('gives a page tokens for a code, with no secret and no password, for an hour at a time', () => {
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      IdTokenValidity: 1,
      TokenValidityUnits: expect.objectContaining({ IdToken: 'hours' }) as unknown,
    });
  });

  it('sends users back to the pages that may open a WebSocket, and to no other', () => {
    const pages = (client['CallbackURLs'] as unknown[]).map(inPlain);
    expect(pages).toEqual([
      'https://other.example.com/',
      expect.stringMatching(/^https:\/\/AccessDashboardDistribution\w+\.DomainName\/$/),
    ]);
    const origins = inPlain(variablesOf(template, 'authorizer')['ALLOWED_ORIGINS']).split(',');
    expect(pages).toEqual(origins.map((origin) => `${origin}/`));
    expect((client['LogoutURLs'] as unknown[]).map(inPlain)).toEqual(pages);
  });

  it('sends users back to this machine by the name that Cognito takes, and to each page once', () => {
    const origins = ['http://127.0.0.1:4000', 'http://localhost:4000', 'https://live.example.com'];
    const twice = templateOf({
      allowedOrigins: [...origins, ...origins],
      domainName: 'live.example.com',
      certificateArn,
    });
    expect(onlyOne(twice, 'AWS::Cognito::UserPoolClient')).toMatchObject({
      CallbackURLs: ['http://localhost:4000/', 'https://live.example.com/'],
      LogoutURLs: ['http://localhost:4000/', 'https://live.example.com/'],
    });
    expect(variablesOf(twice, 'authorizer')['ALLOWED_ORIGINS']).toBe(origins.join(','));
  });

  it('is whose tokens count, with every function that looks at tokens', () => {
    for (const handler of ['authorizer', 'message']) {
      const { ISSUER, AUDIENCE } = variablesOf(template, handler);
      expect(inPlain(ISSUER)).toMatch(/^AccessUsersPool\w+\.ProviderURL$/);
      expect(inPlain(AUDIENCE)).toMatch(/^AccessUsersPages/);
    }
  });

  it('is named by outputs, with its client and where to sign in', () => {
    const outputs = outputsOf(template);
    expect(outputs['UserPoolId']?.Value).toEqual({
      Ref: expect.stringMatching(/^AccessUsersPool/) as string,
    });
    expect(outputs['UserPoolClientId']?.Value).toEqual(variablesOf(template, 'message')['AUDIENCE']);
    expect(inPlain(outputs['SignInDomain']?.Value)).toMatch(
      /^https:\/\/.*\.auth\.AWS::Region\.amazoncognito\.com$/,
    );
  });

  it('has a sign-in page of a style, without which Cognito shows none', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolDomain', { ManagedLoginVersion: 2 });
    template.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
      UseCognitoProvidedValues: true,
      ClientId: variablesOf(template, 'message')['AUDIENCE'],
    });
  });

  it('is not there beside an issuer of one’s own, whose tokens then count', () => {
    named.resourceCountIs('AWS::Cognito::UserPool', 0);
    expect(Object.keys(outputsOf(named)).filter((name) => /^(UserPool|SignIn)/.test(name))).toEqual([]);
    for (const handler of ['authorizer', 'message'])
      expect(variablesOf(named, handler)).toMatchObject({
        ISSUER: 'https://id.example.com',
        AUDIENCE: 'viewers',
      });
  });
});

describe('a group of the user pool', () => {
  const names = Object.values(resourcesIn(template, 'AWS::Cognito::UserPoolGroup')).map(({ GroupName }) =>
    String(GroupName),
  );

  it('is a grant of the same name, which Cognito takes as it is', () => {
    expect(names.toSorted()).toEqual(groups.toSorted());
    expect(names.every(isGrant)).toBe(true);
    // The pattern of CreateGroup in the Cognito API reference, for every character that a grant can have.
    expect('*:_-azAZ09').toMatch(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);
  });

  it('lets its users see what it names, and nothing else', () => {
    const pump = { deviceId: 'pump-7', region: 'us-east', deviceType: 'pump' };
    expect(names.filter((name) => maySee([name], pump)).toSorted()).toEqual(['*', 'device:pump-*']);
  });
});

describe('the hosted page', () => {
  const distribution = onlyOne(template, 'AWS::CloudFront::Distribution')['DistributionConfig'] as Properties;
  const config = onlyOne(template, 'AWS::CloudFront::ResponseHeadersPolicy')['ResponseHeadersPolicyConfig'];

  it('is read by CloudFront alone: its bucket is private, encrypted, and refuses plain http', () => {
    expect(onlyOne(template, 'AWS::S3::Bucket')).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
    });
    const { Statement } = onlyOne(template, 'AWS::S3::BucketPolicy')['PolicyDocument'] as {
      Statement: {
        Effect: string;
        Action: unknown;
        Principal: Record<string, unknown>;
        Condition?: unknown;
      }[];
    };
    const readers = Statement.filter(
      ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes('s3:GetObject'),
    );
    expect(readers).toMatchObject([
      {
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() as unknown } },
      },
    ]);
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  it('is there by https only', () => {
    expect(distribution).toMatchObject({
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', Compress: true },
    });
  });

  it('has the headers of the local server, and connects to the WebSocket API and to the sign-in only', () => {
    const { SecurityHeadersConfig: own, CustomHeadersConfig: custom } = config as {
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: unknown };
        ReferrerPolicy: { ReferrerPolicy: string };
        StrictTransportSecurity: { AccessControlMaxAgeSec: number };
      };
      CustomHeadersConfig: { Items: { Header: string; Value: string }[] };
    };
    const api = Object.keys(resourcesIn(template, 'AWS::ApiGatewayV2::Api'))[0] ?? '';
    const connectTo = [`${api}.ApiEndpoint`, inPlain(outputsOf(template)['SignInDomain']?.Value)];
    const expected = securityHeaders({ connectTo, isHttps: true });
    expect({
      'content-security-policy': inPlain(own.ContentSecurityPolicy.ContentSecurityPolicy),
      'x-content-type-options': 'ContentTypeOptions' in own ? 'nosniff' : undefined,
      'referrer-policy': own.ReferrerPolicy.ReferrerPolicy,
      'strict-transport-security': `max-age=${own.StrictTransportSecurity.AccessControlMaxAgeSec}`,
      ...Object.fromEntries(custom.Items.map(({ Header, Value }) => [Header, Value])),
    }).toEqual(expected);
  });

  it('has names of CloudFront that another region or stack of the account does not have', () => {
    const control = onlyOne(template, 'AWS::CloudFront::OriginAccessControl')['OriginAccessControlConfig'];
    for (const { Name } of [config, control] as Properties[])
      expect(inPlain(Name)).toBe('Test-page-AWS::Region');
  });

  it('is kept by browsers as long as the local server says, what has a hash for ever and the rest not', () => {
    const [assets, rest] = ['Assets', 'Rest'].map((name) =>
      onlyOne(template, 'Custom::CDKBucketDeployment', `AccessDashboardFiles${name}`),
    );
    expect(assets).toMatchObject({
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': cacheControl('assets/x.js') },
    });
    expect(rest).toMatchObject({
      Exclude: ['assets/*'],
      SystemMetadata: { 'cache-control': cacheControl('index.html') },
    });
  });

  it('comes after the files that it loads', () => {
    template.hasResource('Custom::CDKBucketDeployment', {
      Properties: { Exclude: ['assets/*'] },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('AccessDashboardFilesAssets')]),
    });
  });

  it('may open a WebSocket from the name that it has', () => {
    expect(variablesOf(named, 'authorizer')['ALLOWED_ORIGINS']).toBe('https://live.example.com');
    named.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['live.example.com'],
        ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      },
    });
    expect(outputsOf(named)['DashboardUrl']?.Value).toBe('https://live.example.com');
  });
});
