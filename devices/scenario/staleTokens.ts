/** Tokens of which each is kept until it has expired, as by a page that does not think of it. */
export const staleTokens = (sign: (expiresIn: string) => Promise<string>, lastsMs: number) => {
  const seconds = Math.ceil(lastsMs / 1_000);
  let token: Promise<string> | undefined;
  let expiresAt = 0;
  let isOver = false;
  return {
    next: (): Promise<string> => {
      if (isOver) return sign('12h');
      if (token === undefined || Date.now() >= expiresAt) {
        token = sign(`${seconds}s`);
        expiresAt = Date.now() + seconds * 1_000;
        token.catch(() => (token = undefined)); // Whoever asks next has another try.
      }
      return token;
    },
    end: () => (isOver = true),
  };
};
