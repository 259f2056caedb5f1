import { Construct } from 'constructs';
import type { SignInConfig } from '../dashboard/config.ts';
import { tokenOrigins } from '../dashboard/securityHeaders.ts';
import { Hosting } from './hosting.ts';
import type { Settings } from './settings.ts';
import { Users } from './users.ts';
import type { Admission } from './viewers.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type AccessProps = {
  api: ViewersApi;
  settings: Settings;
  /** The folder of the built page; only needed where it is hosted. */
  page: string | undefined;
};

/** Whose tokens count, and where a page gets them. */
type Identity = {
  users?: Users;
  /** Where the page gets tokens, and has them revoked. */
  tokenOrigins: readonly string[];
  /** For pages of these origins. */
  tokensFor: (origins: readonly string[]) => {
    issuer: string;
    audience: string;
    signIn: SignInConfig | undefined;
  };
};

/** Who may look, and at which page: the issuer of the settings or a user pool, and the hosted dashboard. */
export class Access extends Construct {
  readonly admission: Admission;
  readonly users: Users | undefined;
  /** How a page signs its users in; undefined where the settings do not say. */
  readonly signIn: SignInConfig | undefined;
  readonly hosting: Hosting | undefined;

  constructor(scope: Construct, id: string, { api, settings, page }: AccessProps) {
    super(scope, id);
    const { users, tokenOrigins: ofTokens, tokensFor } = this.identity(settings);
    this.users = users;
    const connectTo = [api.origin, ...ofTokens];
    this.hosting = settings.hosting ? new Hosting(this, 'Dashboard', { connectTo, settings }) : undefined;
    const own = this.hosting === undefined ? [] : [this.hosting.origin];
    const allowedOrigins = [...new Set([...settings.allowedOrigins, ...own])];
    const { issuer, audience, signIn } = tokensFor(allowedOrigins);
    this.admission = { issuer, audience, allowedOrigins };
    this.signIn = signIn;
    this.publish(api, page);
  }

  private identity(settings: Settings): Identity {
    const { issuer, audience, signIn } = settings;
    if (issuer !== undefined && audience !== undefined) {
      const origins = signIn === undefined ? [] : tokenOrigins(signIn);
      return { tokenOrigins: origins, tokensFor: () => ({ issuer, audience, signIn }) };
    }
    const users = new Users(this, 'Users', { settings });
    const tokensFor: Identity['tokensFor'] = (origins) => {
      const ofPool = users.signInFor(origins);
      return { issuer: users.issuer, audience: ofPool.clientId, signIn: ofPool };
    };
    return { users, tokenOrigins: [users.domain], tokensFor };
  }

  private publish(api: ViewersApi, page: string | undefined): void {
    if (this.hosting === undefined) return;
    if (page === undefined) throw new Error('The page is to be hosted: build it and pass its folder.');
    this.hosting.publish(page, {
      webSocketUrl: api.url,
      developmentToken: false,
      ...(this.signIn === undefined ? {} : { signIn: this.signIn }),
    });
  }
}
