const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Timers take 24.8 days at most. */
const longestMs = 7 * units.d;

/** `500ms`, `2.5s`, `5m`, `1h` or `1d` in milliseconds, a week at most; undefined for anything else. */
export const durationOf = (text: string): number | undefined => {
  const parts = /^(\d*\.?\d+)(ms|s|m|h|d)$/.exec(text);
  if (parts === null) return undefined;
  // The pattern has both groups, and no other unit.
  const ms = Number(parts[1]) * units[parts[2] as keyof typeof units];
  return ms <= longestMs ? ms : undefined;
};
