export type IdToken = {
  /** Epoch ms, by the server's clock. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** What to call who is signed in. */
  readonly name: string;
};

type Claims = { iat?: unknown; exp?: unknown; email?: unknown; 'cognito:username'?: unknown; sub?: unknown };

const claimsOf = (token: string): Claims => {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims; // Its fields are unknown.
  } catch {
    return {};
  }
};

/**
 * What an ID token says. Not verified: it came from the server itself, and only the API, which verifies it, decides anything by it.
 * One that cannot be read counts as ended.
 */
export const readIdToken = (token: string): IdToken => {
  const claims = claimsOf(token);
  const name = [claims.email, claims['cognito:username'], claims.sub].find((one) => typeof one === 'string');
  return {
    issuedAt: Number(claims.iat ?? 0) * 1_000,
    expiresAt: Number(claims.exp ?? 0) * 1_000,
    name: name ?? '',
  };
};
