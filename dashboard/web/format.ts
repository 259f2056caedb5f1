import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';

type Value = SensorUpdate['data'][string];

/** How many decimals suit these values together, so that a value keeps its width while it moves. */
export const decimalsFor = (values: readonly number[]): number => {
  if (values.every(Number.isInteger)) return 0;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 1000) return 0;
  if (largest >= 100) return 1;
  return largest >= 1 ? 2 : 4;
};

const isExtreme = (size: number, decimals: number): boolean =>
  size >= 1e9 || (size > 0 && size < 0.5 * 10 ** -decimals && size < 1e-4);

/** A number with a true minus sign and grouped thousands; very large and very small ones as powers of ten. */
export const formatNumber = (value: number, decimals: number): string => {
  const text = isExtreme(Math.abs(value), decimals)
    ? value.toExponential(2)
    : value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return text.replace('-', '−');
};

/** Any value of a reading as text of at most 60 characters. */
export const formatValue = (value: Value | undefined, decimals: number): string => {
  if (value === undefined) return '–';
  if (typeof value === 'number') return formatNumber(value, decimals);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

/** How long ago, coarsely: a fleet that is well says `now` all the time and moves nobody's eye. */
export const formatAge = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
};
