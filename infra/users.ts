import { Aws, Duration, Fn, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolClient,
  CfnUserPoolGroup,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { SignInConfig } from '../dashboard/config.ts';
import { canComeBackTo, type Settings } from './settings.ts';

/**
 * The people who may look, in a Cognito user pool, and where they sign in. A group of the pool is a grant of the same name:
 * Cognito lets a group's name have any letters, digits, symbols and punctuation, `:` and `*` too (API reference,
 * CreateGroup), and puts the names of a user's groups into the ID token as `cognito:groups`. So nothing has to translate.
 */
export class Users extends Construct {
  readonly pool: UserPool;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The origin of its sign-in pages, e.g. `https://fieldcast-1a2b3c4d.auth.eu-west-1.amazoncognito.com`. */
  readonly domain: string;

  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id);
    this.pool = this.poolOf(settings);
    this.issuer = this.pool.userPoolProviderUrl;
    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: this.pool,
      cognitoDomain: { domainPrefix: settings.signInPrefix ?? uniquePrefix() },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.domain = domain.baseUrl();
    for (const groupName of settings.groups)
      new CfnUserPoolGroup(this, `Group ${groupName}`, {
        userPoolId: this.pool.userPoolId,
        groupName,
        description: groupName === '*' ? 'May see everything' : `May see ${groupName}`,
      }).applyRemovalPolicy(removalPolicyOf(settings));
  }

  /**
   * Lets pages have users sign in: by authorization code with PKCE (RFC 7636), as a page can keep no secret. `origins` are
   * those of the pages, which users come back to at `/`; but for pages of this machine that Cognito would send nobody to.
   */
  signInFor(origins: readonly string[]): SignInConfig {
    const pages = origins.filter(isPage).map((origin) => `${origin}/`);
    const client = new CfnUserPoolClient(this, 'Pages', {
      userPoolId: this.pool.userPoolId,
      generateSecret: false,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['code'],
      allowedOAuthScopes: ['openid', 'email'],
      callbackUrLs: pages,
      logoutUrLs: pages,
      supportedIdentityProviders: ['COGNITO'],
      // Passwords are given to the sign-in page only, never to an API.
      explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      preventUserExistenceErrors: 'ENABLED',
      enableTokenRevocation: true,
      // The ID token opens the WebSocket; whoever lost a grant, loses it when that ends.
      idTokenValidity: 1,
      accessTokenValidity: 1,
      refreshTokenValidity: 12,
      tokenValidityUnits: { idToken: 'hours', accessToken: 'hours', refreshToken: 'hours' },
    });
    // Without a style there is no sign-in page.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: this.pool.userPoolId,
      clientId: client.ref,
      useCognitoProvidedValues: true,
    });
    return {
      authorizeUrl: `${this.domain}/oauth2/authorize`,
      tokenUrl: `${this.domain}/oauth2/token`,
      revokeUrl: `${this.domain}/oauth2/revoke`,
      logoutUrl: `${this.domain}/logout`,
      clientId: client.ref,
    };
  }

  private poolOf(settings: Settings): UserPool {
    const { mfa, threatProtection } = settings;
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: mfa === 'required' ? Mfa.REQUIRED : Mfa.OPTIONAL,
      // An app's code: a text message costs money, and may be sent to somebody else.
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: threatProtection ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(threatProtection
        ? { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION }
        : {}),
      removalPolicy: removalPolicyOf(settings),
    });
    if (mfa === 'optional')
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions-COG2',
        reason: 'Whether everybody must have a second factor is the setting `mfa`; everybody may.',
      });
    if (!threatProtection)
      for (const rule of ['COG3', 'COG8'])
        Validations.of(pool).acknowledge({
          id: `AwsSolutions-${rule}`,
          reason:
            'Threat protection, and the Plus plan for it, cost per user: the setting `threatProtection`.',
        });
    return pool;
  }
}

/** Of the pool and of its groups: users without them have lost what they may see. */
const removalPolicyOf = ({ keepUsers }: Settings): RemovalPolicy =>
  keepUsers ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** The name that CloudFront will give is not known yet, but its page is there by https only. */
const isPage = (origin: string): boolean => Token.isUnresolved(origin) || canComeBackTo(origin);

/** A prefix must be the only one of its name in the region; eight digits of the stack's UUID make it so. */
const uniquePrefix = (): string => {
  const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.join('-', ['fieldcast', Fn.select(0, Fn.split('-', uuid))]);
};
