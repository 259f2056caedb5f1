/**
 * Whether `text` fits an IAM pattern: `*` any run of characters, colons and slashes too, `?` exactly one
 * (IAM reference, ArnLike and StringLike). Everything else is literal. Linear in practice: greedy with one step back,
 * no regular expression that a policy could make explode.
 */
export const fitsGlob = (pattern: string, text: string): boolean => {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
};
