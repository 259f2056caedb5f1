/** Of East Asian Width W and F, roughly by block, and what terminals draw as pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns of a terminal one character as people see it takes. Approximate: terminals disagree. */
const columnsOf = (grapheme: string): number => {
  if (/^[\x20-\x7e]$/.test(grapheme)) return 1;
  if (/^\p{M}+$/u.test(grapheme)) return 0;
  return wide.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1;
};

const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** How many columns of a terminal printable text takes. */
export const widthOf = (text: string): number =>
  graphemes(text).reduce((width, grapheme) => width + columnsOf(grapheme), 0);

/** As much of a text as fits into `width` columns, with an ellipsis where some is cut. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  let [kept, used] = ['', 1]; // 1 for the ellipsis
  for (const grapheme of graphemes(text)) {
    used += columnsOf(grapheme);
    if (used > width) break;
    kept += grapheme;
  }
  return width > 0 ? `${kept}…` : '';
};

/** Text of exactly `width` columns: cut, or filled up with spaces. */
export const fit = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const kept = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(kept)));
  return align === 'left' ? kept + space : space + kept;
};
