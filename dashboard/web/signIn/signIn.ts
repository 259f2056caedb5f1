import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { SignInConfig } from '../../config.ts';
import type { Answer } from './answer.ts';
import { readIdToken } from './idToken.ts';
import { keepBegun, keepRefreshToken, keptRefreshToken } from './memory.ts';
import { challengeOf, newSecret } from './pkce.ts';
import { Refusal, refreshed, revoke, tokensForCode, type Tokens } from './tokens.ts';

/**
 * Whether somebody is signed in:
 * - `entering`: it is being found out.
 * - `out`: nobody is, or not any more.
 * - `failed`: somebody tried to.
 */
export type SignInState = 'entering' | 'in' | 'out' | 'failed';

export type SignIn = {
  readonly state: ReadonlySignal<SignInState>;
  /** Why nobody is; undefined where nobody was. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Who is, by mail address or name. */
  readonly name: ReadonlySignal<string>;
  /** Leaves this page to sign in, and comes back to this view. */
  readonly begin: () => Promise<void>;
  /** Forgets the tokens, has the one that others come by revoked, and leaves this page to end the session. */
  readonly end: () => void;
  /** An ID token that is good for a while yet, refreshed where need be. Rejects with a sentence for people. */
  readonly token: () => Promise<string>;
};

export type SignInPorts = {
  readonly config: SignInConfig;
  /** The page's origin: people come back to its root. */
  readonly origin: string;
  /** How somebody came back. */
  readonly answer: Answer | undefined;
  /** Path and query of what is shown now. */
  readonly address: () => string;
  readonly leave: (url: string) => void;
  /** Epoch ms. */
  readonly now?: () => number;
};

const nobody = 'Nobody is signed in.';
const away = 'The sign-in server cannot be reached.';

/** So much of a token's time must be left, for a connection that is opened with it; who asks for a newer one asks later than that. */
const leastLeft = 0.5;

const isFresh = (idToken: string, gotAt: number, now: number): boolean => {
  const { issuedAt, expiresAt } = readIdToken(idToken);
  // By how long it is here: this computer's clock may be wrong.
  return now - gotAt < (expiresAt - issuedAt) * (1 - leastLeft);
};

/** Signs people in by authorization code with PKCE (RFC 7636), as Cognito's managed login has it, and keeps them so. */
export const startSignIn = ({
  config,
  origin,
  answer,
  address,
  leave,
  now = Date.now,
}: SignInPorts): SignIn => {
  const redirectUri = `${origin}/`;
  const state = signal<SignInState>('entering');
  const problem = signal<string | undefined>();
  const held = signal<{ idToken: string; gotAt: number } | undefined>();

  /** Whoever has signed out must not be signed in again by an answer that was on its way. */
  let isOver = false;

  const take = ({ idToken, refreshToken }: Tokens): string => {
    if (isOver) {
      if (refreshToken !== undefined) revoke(config, refreshToken);
      throw new Error(nobody);
    }
    held.value = { idToken, gotAt: now() };
    if (refreshToken !== undefined) keepRefreshToken(refreshToken);
    state.value = 'in';
    return idToken;
  };

  const leftOut = (as: 'out' | 'failed', why?: string): void => {
    held.value = undefined;
    keepRefreshToken(undefined);
    problem.value = why;
    state.value = as;
  };

  const refresh = async (): Promise<string> => {
    const refreshToken = keptRefreshToken();
    if (refreshToken === undefined) throw new Error(nobody);
    try {
      return take(await refreshed(config, refreshToken));
    } catch (error) {
      if (isOver) throw error;
      if (!(error instanceof Refusal)) throw new Error(away);
      leftOut('out', 'Your session has ended.');
      throw new Error('Your session has ended: sign in again.');
    }
  };

  let underWay: Promise<string> | undefined;
  /** Of several who ask at once, one does: a server that rotates refresh tokens takes each once. */
  const refreshOnce = (): Promise<string> =>
    (underWay ??= refresh().finally(() => {
      underWay = undefined;
    }));

  const enter = async (): Promise<void> => {
    if (answer === undefined) {
      if (keptRefreshToken() === undefined) leftOut('out');
      else state.value = 'in'; // Until a refresh says otherwise.
      return;
    }
    if ('refused' in answer) {
      leftOut('failed', answer.refused);
      return;
    }
    try {
      take(await tokensForCode(config, { ...answer, redirectUri }));
    } catch (error) {
      leftOut('failed', error instanceof Refusal ? error.message : away);
    }
  };
  void enter();

  return {
    state,
    problem,
    name: computed(() => (held.value === undefined ? '' : readIdToken(held.value.idToken).name)),

    begin: async () => {
      const [secret, verifier] = [newSecret(), newSecret()];
      keepBegun({ state: secret, verifier, address: address() });
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: 'openid',
        state: secret,
        code_challenge: await challengeOf(verifier),
        code_challenge_method: 'S256',
      });
      leave(`${config.authorizeUrl}?${query.toString()}`);
    },

    end: () => {
      isOver = true;
      const refreshToken = keptRefreshToken();
      if (refreshToken !== undefined) revoke(config, refreshToken);
      leftOut('out');
      const query = new URLSearchParams({ client_id: config.clientId, logout_uri: redirectUri });
      leave(`${config.logoutUrl}?${query.toString()}`);
    },

    token: async () => {
      const { idToken, gotAt } = held.peek() ?? { idToken: '', gotAt: 0 };
      return isFresh(idToken, gotAt, now()) ? idToken : refreshOnce();
    },
  };
};
