const longestMs = 60_000;

/** Between the half and the whole of 1 s, 2 s, 4 s … 60 s: so that what was refused at once does not come back at once. */
export const resendAfterMs = (attempt: number, random: number): number =>
  Math.min(longestMs, 1_000 * 2 ** Math.max(0, attempt - 1)) * (0.5 + random / 2);
