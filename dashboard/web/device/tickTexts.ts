import { decimalsFor, formatNumber } from '../format.ts';

/** An axis has room for so many characters. */
const mostCharacters = 8;

const powerOfTen = (tick: number): string =>
  tick === 0 ? '0' : tick.toExponential(1).replace('.0e', 'e').replace('e+', 'e').replaceAll('-', '−');

const leastOf = (ticks: readonly number[]): number =>
  ticks.reduce((least, tick) => (tick === 0 ? least : Math.min(least, Math.abs(tick))), Infinity);

/** What an axis of values says at its marks: all with as many decimals, or all as powers of ten. */
export const tickTexts = (ticks: readonly number[]): string[] => {
  const decimals = decimalsFor(ticks);
  const texts = ticks.map((tick) => formatNumber(tick, decimals));
  const isFit =
    leastOf(ticks) >= 0.5 * 10 ** -decimals &&
    texts.every((text) => text.length <= mostCharacters && !text.includes('e'));
  return isFit ? texts : ticks.map(powerOfTen);
};
