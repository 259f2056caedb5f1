/** What a canvas is drawn in: of the page's tokens, which change with its theme. */
export type Colors = {
  readonly [Name in 'ink' | 'line' | 'accent' | 'band' | 'stale' | 'soft' | 'surface']: string;
};

export const readColors = (): Colors => {
  const style = getComputedStyle(document.documentElement);
  const of = (token: string): string => style.getPropertyValue(token).trim();
  return {
    ink: of('--ink-quiet'),
    line: of('--line'),
    accent: of('--accent'),
    band: of('--band'),
    stale: of('--stale'),
    soft: of('--stale-soft'),
    surface: of('--surface'),
  };
};
