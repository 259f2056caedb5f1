const guessAfter = 3;

/**
 * Whether a handshake that failed means that this client is not let in. Browsers hide the HTTP status; a client that
 * never got in takes the third failure for a refusal.
 */
export const refusalGuess = (wasWelcome: () => boolean): ((status: number | undefined) => boolean) => {
  let failures = 0;
  return (status) => {
    const guessed = !wasWelcome() && ++failures >= guessAfter;
    return status === 401 || status === 403 || guessed;
  };
};
