/** What this tab keeps while somebody is away signing in. */
export type Begun = {
  readonly state: string;
  readonly verifier: string;
  /** Path and query of the view to come back to. */
  readonly address: string;
};

/** How somebody came back from signing in (RFC 6749, 4.1.2). */
export type Answer =
  | { readonly code: string; readonly verifier: string }
  /** The server's own words, or ours where the answer is to no question of this tab. */
  | { readonly refused: string };

/** What the page's address says of a sign-in, if it says anything. `begun`: what this tab remembers of having begun one. */
export const readAnswer = (search: string, begun: Begun | undefined): Answer | undefined => {
  const query = new URLSearchParams(search);
  const [state, code, error] = [query.get('state'), query.get('code'), query.get('error')];
  if (state === null || (code === null && error === null)) return undefined;
  // Else somebody could have a victim signed in as another person (RFC 6749, 10.12).
  if (begun?.state !== state)
    return { refused: 'The answer belongs to no sign-in that was begun in this tab.' };
  if (code !== null) return { code, verifier: begun.verifier };
  return { refused: query.get('error_description') ?? error ?? '' };
};
