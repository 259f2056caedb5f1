import { formatNumber } from '../format.ts';

export type Summary = {
  readonly field: string;
  readonly unit: string | undefined;
  readonly decimals: number;
  readonly now: number | undefined;
  readonly least: number | undefined;
  readonly greatest: number | undefined;
  readonly gaps: number;
  /** E.g. `in the last 5 min`. */
  readonly span: string;
};

const mostCharacters = 80;
const gapsOf = (gaps: number): string => (gaps === 0 ? 'no gaps' : gaps === 1 ? '1 gap' : `${gaps} gaps`);

/** A chart in words: `temperature: now 21.2 °C, between 20.1 and 22.4 in the last 5 min, 2 gaps`. */
export const summaryOf = ({ field, unit, decimals, now, least, greatest, gaps, span }: Summary): string => {
  const name = field.length > mostCharacters ? `${field.slice(0, mostCharacters)}…` : field;
  const text = (value: number): string => formatNumber(value, decimals);
  if (now === undefined || least === undefined || greatest === undefined)
    return `${name}: nothing ${span}, ${gapsOf(gaps)}`;
  const measured = unit === undefined ? '' : ` ${unit}`;
  return `${name}: now ${text(now)}${measured}, between ${text(least)} and ${text(greatest)} ${span}, ${gapsOf(gaps)}`;
};
