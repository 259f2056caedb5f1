const mostCharacters = 60;

/** A text of somebody else inside a sentence, cut, since an explanation must fit a frame. */
export const quoted = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;

const mostListed = 3;

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`. */
export const listed = (all: readonly string[]): string => {
  const more = all.length - mostListed;
  const said = more > 0 ? [...all.slice(0, mostListed), `${more} more`] : all;
  return said.length < 2 ? said.join('') : `${said.slice(0, -1).join(', ')} and ${said.at(-1) ?? ''}`;
};
