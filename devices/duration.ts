const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
/** Timers take 24.8 days at most. */
const longestTimerMs = units.w;

/** `500ms`, `2.5s`, `5m`, `1h`, `1d` or `1w` in milliseconds, `longestMs` at most; undefined for anything else. */
export const durationOf = (text: string, longestMs: number = longestTimerMs): number | undefined => {
  const parts = /^(\d*\.?\d+)(ms|s|m|h|d|w)$/.exec(text);
  if (parts === null) return undefined;
  // The pattern has both groups, and no other unit.
  const ms = Number(parts[1]) * units[parts[2] as keyof typeof units];
  return ms <= longestMs ? ms : undefined;
};
