/** Epoch milliseconds of what a row has for its time; undefined if it is none. */
export type ParseTime = (value: unknown) => number | undefined;

/** The furthest instant that a Date can hold (ECMA-262, 21.4.1.1). */
const maxEpochMs = 8.64e15;

const known = (ms: number): number | undefined =>
  Number.isFinite(ms) && Math.abs(ms) <= maxEpochMs ? Math.trunc(ms) : undefined;

const numberIn = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim())
    ? Number(value)
    : undefined;
};

const epoch =
  (unitMs: number): ParseTime =>
  (value) => {
    const number = numberIn(value);
    return number === undefined ? undefined : known(number * unitMs);
  };

/** Date.UTC takes 31 February for 3 March. */
const instant = (year: number, month: number, day: number, timeMs: number): number | undefined => {
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isReal = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  return isReal ? known(midnight.getTime() + timeMs) : undefined;
};

const clockMs = (hours: number, minutes: number, seconds: number): number | undefined =>
  hours < 24 && minutes < 60 && seconds < 61 ? ((hours * 60 + minutes) * 60 + seconds) * 1_000 : undefined;

const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:[.,]\d{1,9})?))?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

const zoneMs = (zone = 'Z'): number => {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || 0)];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

/** ISO 8601; UTC where it names no zone, so that it means the same on every machine. */
const iso: ParseTime = (value) => {
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', zone] =
    typeof value === 'string' ? (isoPattern.exec(value.trim()) ?? []) : [];
  const time = clockMs(Number(hours), Number(minutes), Number(seconds.replace(',', '.')));
  if (year === undefined || time === undefined) return undefined;
  return instant(Number(year), Number(month), Number(day), time - zoneMs(zone));
};

/** Before 1973 in milliseconds, after the year 5000 in seconds. */
const firstMs = 1e11;

/** ISO 8601, or seconds or milliseconds since the epoch, by their size. */
const guess: ParseTime = (value) => {
  const number = numberIn(value);
  if (number === undefined) return iso(value);
  return known(Math.abs(number) < firstMs ? number * 1_000 : number);
};

const parts = {
  yyyy: 'year',
  MM: 'month',
  M: 'month',
  dd: 'day',
  d: 'day',
  HH: 'hours',
  H: 'hours',
  mm: 'minutes',
  ss: 'seconds',
  SSS: 'ms',
} as const;
const digits: Readonly<Record<string, string>> = {
  yyyy: '\\d{4}',
  M: '\\d{1,2}',
  d: '\\d{1,2}',
  H: '\\d{1,2}',
  SSS: '\\d{3}',
};

/** A pattern such as `dd.MM.yyyy HH:mm`, in UTC; undefined for one without year, month and day. */
const pattern = (text: string): ParseTime | undefined => {
  const names: string[] = [];
  const source = text.replace(/yyyy|MM?|dd?|HH?|mm|ss|SSS|[^\w\s]/g, (token) => {
    if (!(token in parts)) return `\\${token}`;
    names.push(parts[token as keyof typeof parts]); // `in` does not narrow a string
    return `(${digits[token] ?? '\\d\\d'})`;
  });
  if (!['year', 'month', 'day'].every((name) => names.filter((other) => other === name).length === 1))
    return undefined;
  const expression = new RegExp(`^${source}$`);
  return (value) => {
    const found = expression.exec(String(value).trim());
    const of = (name: string): number => Number(found?.[names.indexOf(name) + 1] ?? 0);
    if (found === null) return undefined;
    const [hours, minutes, seconds, ms] = ['hours', 'minutes', 'seconds', 'ms'].map((name) =>
      names.includes(name) ? of(name) : 0,
    );
    const time = clockMs(hours ?? 0, minutes ?? 0, (seconds ?? 0) + (ms ?? 0) / 1_000);
    return time === undefined ? undefined : instant(of('year'), of('month'), of('day'), Math.round(time));
  };
};

/** Reads times as `format` says: `iso`, `epoch-s`, `epoch-ms`, `auto`, or a pattern. Undefined for what is no format. */
export const timeFormat = (format: string): ParseTime | undefined => {
  if (format === 'auto') return guess;
  if (format === 'iso') return iso;
  if (format === 'epoch-s') return epoch(1_000);
  if (format === 'epoch-ms') return epoch(1);
  return pattern(format);
};
