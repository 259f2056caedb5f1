import { decimalsFor, formatNumber } from '../format.ts';

/** An axis has room for so many characters. */
const mostCharacters = 8;

const powerOfTen = (tick: number): string =>
  tick === 0 ? '0' : tick.toExponential(1).replace('.0e', 'e').replace('e+', 'e').replaceAll('-', '−');

const leastOf = (ticks: readonly number[]): number =>
  ticks.reduce((least, tick) => (tick === 0 ? least : Math.min(least, Math.abs(tick))), Infinity);

/** So many that the step from one mark to the next is written whole. */
const decimalsBetween = ([first = 0, second = first + 1]: readonly number[]): number => {
  const step = Math.abs(second - first);
  const isWhole = (decimals: number): boolean => {
    const scaled = step * 10 ** decimals;
    return scaled >= 1 && Math.abs(scaled - Math.round(scaled)) < 1e-6;
  };
  return [0, 1, 2, 3, 4, 5, 6].find(isWhole) ?? 0;
};

/** What an axis of values says at its marks: all with as many decimals, or all as powers of ten. */
export const tickTexts = (ticks: readonly number[]): string[] => {
  const decimals = Math.max(decimalsFor(ticks), decimalsBetween(ticks));
  const texts = ticks.map((tick) => formatNumber(tick, decimals));
  const isFit =
    leastOf(ticks) >= 0.5 * 10 ** -decimals &&
    texts.every((text) => text.length <= mostCharacters && !text.includes('e'));
  return isFit ? texts : ticks.map(powerOfTen);
};
