/**
 * Whether `text` fits an IAM pattern: `*` any run of characters, colons and slashes too, `?` exactly one
 * (IAM reference, ArnLike and StringLike). Everything else is literal.
 */
export const fitsGlob = (pattern: string, text: string): boolean => {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${body}$`, 's').test(text);
};
