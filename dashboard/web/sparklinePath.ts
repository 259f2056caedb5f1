const points = 60;
const [width, height, margin] = [100, 24, 2];

/** The last 60 values as an SVG path in a box of 100 × 24; a single value is drawn as a level line. */
export const sparklinePath = (values: readonly number[]): string => {
  const last = values.slice(-points);
  if (last.length === 1) return `M0 ${height / 2}H${width}`;
  const lowest = Math.min(...last);
  const range = Math.max(...last) - lowest;
  const y = (value: number): number =>
    range === 0 ? height / 2 : height - margin - ((value - lowest) / range) * (height - 2 * margin);
  const step = width / (last.length - 1);
  return last
    .map((value, at) => `${at === 0 ? 'M' : 'L'}${(at * step).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
};
