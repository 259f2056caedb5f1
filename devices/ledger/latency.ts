/** How long something took, ms: how often, the median, and what 99 of 100 stay below. */
export type Latency = { readonly n: number; readonly p50: number; readonly p99: number };

/** The value below which so much of them lies; NaN of none. */
export const quantile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
};

export const latencyOf = (values: readonly number[]): Latency => ({
  n: values.length,
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});
