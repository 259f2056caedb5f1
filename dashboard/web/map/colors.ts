/** A canvas knows no CSS variables: these are read from the page's tokens, and again when the theme changes. */
const names = [
  'page',
  'surface',
  'surface-sunken',
  'line',
  'line-strong',
  'ink',
  'ink-quiet',
  'accent',
  'fresh',
  'stale',
  'offline',
] as const;

export type Colors = Readonly<Record<(typeof names)[number], string>> & { readonly font: string };

export const colorsOf = (element: Element): Colors => {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const colors = Object.fromEntries(names.map((name) => [name, read(name)]));
  return { ...(colors as Record<(typeof names)[number], string>), font: style.fontFamily }; // It has every name.
};
