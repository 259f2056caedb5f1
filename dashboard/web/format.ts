import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import { language } from './language.ts';

type Value = SensorUpdate['data'][string];

/** What is remembered of values to write them alike. */
export type Scale = { readonly largest: number; readonly isWhole: boolean };

export const emptyScale: Scale = { largest: 0, isWhole: true };

export const widen = (scale: Scale, value: number): Scale => {
  const [largest, isWhole] = [
    Math.max(scale.largest, Math.abs(value)),
    scale.isWhole && Number.isInteger(value),
  ];
  return largest === scale.largest && isWhole === scale.isWhole ? scale : { largest, isWhole };
};

/** How many decimals suit values of this scale, so that a value keeps its width while it moves. */
export const decimalsOf = ({ largest, isWhole }: Scale): number => {
  if (isWhole) return 0;
  if (largest >= 1000) return 0;
  if (largest >= 100) return 1;
  return largest >= 1 ? 2 : 4;
};

/** How many decimals suit these values together. */
export const decimalsFor = (values: readonly number[]): number =>
  decimalsOf(values.reduce(widen, emptyScale));

const isExtreme = (size: number, decimals: number): boolean =>
  size >= 1e9 || (size > 0 && size < 0.5 * 10 ** -decimals && size < 1e-4);

const formats = new Map<number, Intl.NumberFormat>();

const formatOf = (decimals: number): Intl.NumberFormat => {
  const known = formats.get(decimals);
  if (known !== undefined) return known; // Making one costs a hundred times what using it does.
  const made = new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formats.set(decimals, made);
  return made;
};

/** A number as the reader's language writes it, with a true minus sign; very large and very small ones as powers of ten. */
export const formatNumber = (value: number, decimals: number): string => {
  const text = isExtreme(Math.abs(value), decimals)
    ? value.toExponential(2)
    : formatOf(decimals).format(value);
  return text.replace('-', '−');
};

/** How devices write that they have no number. */
const isNoValue = /^\s*([+-]?(nan|inf(inity)?))?\s*$/i;

/** Any value of a reading as text of at most 60 characters. */
export const formatValue = (value: Value | undefined, decimals: number): string => {
  // Nothing that came as JSON is NaN or infinite; devices say so in words, or leave the value out.
  if (value === undefined || value === null || (typeof value === 'string' && isNoValue.test(value)))
    return '–';
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

const timeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const dateTimeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });

/** @param at epoch ms. */
export const formatTime = (at: number): string => timeFormat.format(at);
export const formatDateTime = (at: number): string => dateTimeFormat.format(at);

/** A span for people: `340 ms`, `2.4 s`, `3 min`. */
export const formatSpan = (ms: number): string => {
  if (ms < 999.5) return `${formatNumber(ms, 0)} ms`;
  if (ms < 60_000) return `${formatNumber(ms / 1_000, 1)} s`;
  return ms < 3_600_000 ? `${formatNumber(ms / 60_000, 0)} min` : `${formatNumber(ms / 3_600_000, 1)} h`;
};

/** `340 B`, `2.4 KB`, `1.2 MB`. */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1_000) return `${formatNumber(bytes, 0)} B`;
  return bytes < 1e6 ? `${formatNumber(bytes / 1e3, 1)} KB` : `${formatNumber(bytes / 1e6, 1)} MB`;
};
