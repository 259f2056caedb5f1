/** Something that should be so, and whether it is. */
export type Claim = { readonly text: string; readonly holds: boolean };

export const claimLines = (claims: readonly Claim[]): string =>
  claims.map(({ text, holds }) => `${holds ? 'holds' : 'FAILS'}  ${text}`).join('\n');
