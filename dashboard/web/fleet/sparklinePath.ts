import { usualGapOf } from './rhythm.ts';
import type { Ring } from './ring.ts';

const [width, height, margin] = [100, 24, 2];

/**
 * A ring as an SVG path in a box of 100 × 24, by time; a single value is a dash at its end. Where nothing came for much
 * longer than usual the line is interrupted.
 */
export const sparklinePath = ({ times, values, length }: Ring): string => {
  if (length === 0) return '';
  if (length === 1) return `M${width - 2} ${height / 2}H${width}`;
  let [lowest, highest] = [Infinity, -Infinity];
  for (let at = 0; at < length; at += 1) {
    lowest = Math.min(lowest, values[at] ?? 0);
    highest = Math.max(highest, values[at] ?? 0);
  }
  const range = highest - lowest;
  const first = times[0] ?? 0;
  const span = (times[length - 1] ?? 0) - first || 1;
  const hole = 4 * usualGapOf(times, length);
  let path = '';
  for (let at = 0; at < length; at += 1) {
    const time = times[at] ?? 0;
    const value = values[at] ?? 0;
    const isBroken = at === 0 || time - (times[at - 1] ?? 0) > hole;
    const x = ((time - first) / span) * width;
    const y = range === 0 ? height / 2 : height - margin - ((value - lowest) / range) * (height - 2 * margin);
    path += `${isBroken ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return path;
};
